//! The owner of a C object: made, and given back once.

/// Declares the owner of one kind of C object. Where it is used, `ptr`, `sys`, `global`, `check` and `Result` must be named.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident($raw:ident), $init:ident, $deinit:ident, $doing:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(sys::$raw);

        impl $name {
            /// An empty one.
            pub(crate) fn new() -> Result<$name> {
                global::ready()?;
                let mut raw = ptr::null_mut();
                // SAFETY: the out pointer is valid.
                let code = unsafe { sys::$init(&mut raw) };
                check(code, $doing)?;
                Ok($name(raw))
            }

            pub(crate) fn raw(&self) -> sys::$raw {
                self.0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: initialised and ours; released once.
                unsafe { sys::$deinit(self.0) };
            }
        }
    };
}

pub(crate) use handle;

//! The owner of a C object: made, and given back once.

/// Declares the owner of one kind of C object. Where it is used, `ptr`, `sys`, `global`, `check` and `Result` must be named.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident($raw:ident), $init:ident, $deinit:ident, $doing:literal) => {
        $(#[$doc])*
        pub(crate) struct $name(sys::$raw);

        impl $name {
            /// An empty one.
            #[allow(dead_code, reason = "some kinds are only ever made by GnuTLS")]
            pub(crate) fn new() -> Result<$name> {
                global::ready()?;
                let mut raw = ptr::null_mut();
                // SAFETY: the out pointer is valid.
                let code = unsafe { sys::$init(&mut raw) };
                check(code, $doing)?;
                Ok($name(raw))
            }

            /// Takes over an object that GnuTLS made for us.
            ///
            /// # Safety
            /// `raw` is initialised, and nobody else releases it.
            #[allow(dead_code, reason = "GnuTLS does not make all kinds of objects for its callers")]
            pub(crate) unsafe fn from_raw(raw: sys::$raw) -> $name {
                $name(raw)
            }

            pub(crate) fn raw(&self) -> sys::$raw {
                self.0
            }

            /// Gives it away: whoever takes it releases it.
            #[allow(dead_code, reason = "not all kinds of objects are given away")]
            pub(crate) fn into_raw(self) -> sys::$raw {
                std::mem::ManuallyDrop::new(self).0
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

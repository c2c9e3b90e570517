//! Keys of the exchange that a client sends before it knows which the server takes.

use gnutls_sys as sys;

use super::ClientConfigBuilder;

impl ClientConfigBuilder {
    /// Sends a key of the first [group](crate::Priority::groups) alone in the hello (TLS 1.3): the least work for a client,
    /// and one round trip more at a server that wants another group. Default: keys of the first two groups of different
    /// kinds.
    ///
    /// # Examples
    /// ```
    /// let config = gnutls::ClientConfig::builder().with_system_trust()?.single_key_share(true).build()?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "GNUTLS_KEY_SHARE_TOP")]
    #[must_use]
    pub fn single_key_share(mut self, single: bool) -> Self {
        if let Ok(common) = self.common() {
            common.limits.flags = if single { sys::GNUTLS_KEY_SHARE_TOP } else { 0 };
        }
        self
    }
}

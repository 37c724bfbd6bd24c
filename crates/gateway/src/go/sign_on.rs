//! How people sign in to Diffgram itself. With single sign-on Diffgram forgets where they were going (`diffgram-api.md` §3.1), so the
//! page leads them through its sign-in first. `diffgram.sso` says so; without it Diffgram is asked, now and then.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use portal_diffgram::Client;
use portal_model::permalink::DiffgramOrigin;
use url::Url;

/// Where Diffgram's own page for signing in is.
const LOGIN: &str = "/user/login";

/// What is known of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SignOn {
    client: Client,
    origin: DiffgramOrigin,
    /// As configured.
    fixed: Option<bool>,
    /// Where signing in begins, when a provider does it.
    begins_at: Arc<RwLock<Option<String>>>,
}

impl SignOn {
    /// As configured; nothing is asked before [`SignOn::run`].
    #[must_use]
    pub fn new(client: Client, origin: DiffgramOrigin, fixed: Option<bool>) -> Self {
        let begins_at = (fixed == Some(true)).then(|| format!("{}{LOGIN}", origin.as_str()));
        Self { client, origin, fixed, begins_at: Arc::new(RwLock::new(begins_at)) }
    }

    /// Where people sign in to Diffgram when a provider does it; nothing when Diffgram does it itself and keeps its links.
    #[must_use]
    pub fn begins_at(&self) -> Option<String> {
        self.begins_at.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks Diffgram, again and again.
    pub async fn run(&self, every: Duration) {
        if self.fixed == Some(false) {
            return;
        }
        loop {
            match self.client.sign_on().await {
                Ok(read) => {
                    let by_provider = self.fixed.unwrap_or(read.by_provider);
                    let own = || format!("{}{LOGIN}", self.origin.as_str());
                    let now = by_provider.then(|| read.login_url.filter(|url| is_plain(url)).unwrap_or_else(own));
                    *self.begins_at.write().unwrap_or_else(PoisonError::into_inner) = now;
                }
                // What was known stays: a Diffgram that is away changes nothing.
                Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "sign_on.unread"),
            }
            tokio::time::sleep(every).await;
        }
    }
}

/// An address that a browser may be sent to: http or https, nobody's password in it.
fn is_plain(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn only_plain_addresses_are_gone_to() {
        assert!(is_plain("https://login.example.com/authorize?client_id=a&redirect_uri=b"));
        for bad in
            ["javascript:alert(1)", "//evil", "/user/login", "https://a@b/", "https://a:b@c/", "data:text/html,x", ""]
        {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}

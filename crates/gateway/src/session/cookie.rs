//! Cookies: how the portal's are named, set and read. Nowhere else is a cookie written.

use axum::http::{HeaderMap, HeaderValue, header};

/// How cookies look on this install: with the `__Host-` prefix and `Secure`, or, on plain loopback, without.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    plain_loopback: bool,
}

impl Jar {
    /// For an install; see [`crate::config::Config::is_plain_loopback`].
    #[must_use]
    pub fn new(plain_loopback: bool) -> Self {
        Self { plain_loopback }
    }

    /// Name of the session's cookie.
    #[must_use]
    pub fn session_name(self) -> &'static str {
        if self.plain_loopback { "portal" } else { "__Host-portal" }
    }

    /// Name of the cookie of a session in the frame of a host: another for each, and none of the top level's (SES-02).
    #[must_use]
    pub fn frame_name(self, host: &str) -> String {
        format!("{}portal-embed-{host}", if self.plain_loopback { "" } else { "__Host-" })
    }

    /// A `Set-Cookie` header for a frame on a page of another site: sent there, and kept apart for each site around it (CHIPS,
    /// draft-cutler-httpbis-partitioned-cookies). `SameSite=None` is refused without `Secure`; browsers take both on loopback.
    #[must_use]
    pub fn set_in_frame(self, host: &str, value: &str) -> Option<HeaderValue> {
        self.in_frame(host, value, "")
    }

    /// A `Set-Cookie` header that takes the cookie of a frame away: only with the same attributes is it the same cookie.
    #[must_use]
    pub fn clear_in_frame(self, host: &str) -> Option<HeaderValue> {
        self.in_frame(host, "", "; Max-Age=0")
    }

    fn in_frame(self, host: &str, value: &str, age: &str) -> Option<HeaderValue> {
        let name = self.frame_name(host);
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=None; Secure; Partitioned{age}"))
            .ok()
    }

    /// What the names of cookies of sign-ins under way begin with.
    #[must_use]
    pub fn signin_prefix(self) -> &'static str {
        if self.plain_loopback { "portal-signin-" } else { "__Host-signin-" }
    }

    /// Name of the cookie of one sign-in: two tabs do not collide.
    #[must_use]
    pub fn signin_name(self, state: &str) -> String {
        let eight: String = state.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        format!("{}{eight}", self.signin_prefix())
    }

    /// A `Set-Cookie` header (RFC 6265bis): never readable by scripts, sent on top-level navigation only. Without an age it ends
    /// with the browser. Names and values here are always plain ASCII tokens.
    #[must_use]
    pub fn set(self, name: &str, value: &str, max_age_seconds: Option<u64>) -> Option<HeaderValue> {
        let secure = if self.plain_loopback { "" } else { "; Secure" };
        let age = max_age_seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")).ok()
    }

    /// A `Set-Cookie` header that takes the cookie away.
    #[must_use]
    pub fn clear(self, name: &str) -> Option<HeaderValue> {
        self.set(name, "", Some(0))
    }
}

/// Every cookie of a request, as `(name, value)`; headers that are not text are passed over.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The value of a cookie. Two of the same name are as good as none: one of them was tossed in by another site.
#[must_use]
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = all(headers).filter(|(n, _)| *n == name).map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap());
        headers
    }

    #[test]
    fn ses_01_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let set = Jar::new(false).set(Jar::new(false).session_name(), "abc", None).unwrap();
        assert_eq!(set, "__Host-portal=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        let plain = Jar::new(true);
        assert_eq!(plain.set(plain.session_name(), "abc", None).unwrap(), "portal=abc; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn ses_02_the_cookie_of_a_frame_has_its_own_name_and_is_partitioned() {
        let set = Jar::new(false).set_in_frame("shop", "abc").unwrap();
        let flags = "Path=/; HttpOnly; SameSite=None; Secure; Partitioned";
        assert_eq!(set, format!("__Host-portal-embed-shop=abc; {flags}"));
        assert_eq!(Jar::new(true).clear_in_frame("shop").unwrap(), format!("portal-embed-shop=; {flags}; Max-Age=0"));
    }

    #[test]
    fn ses_07_two_cookies_of_one_name_are_none() {
        assert_eq!(read(&headers("a=1; portal=x; b=2"), "portal"), Some("x"));
        assert_eq!(read(&headers("portal=x; portal=y"), "portal"), None);
        assert_eq!(read(&headers("portal=\u{fffd}; ; =; x"), "other"), None);
    }
}

//! Where people come back to after signing in: only a path of this origin.

use url::Url;

/// Longer addresses are not carried, in bytes.
const MAX: usize = 2_048;

/// The address if it is a path of this origin (with query and fragment, unchanged), else `/`.
#[must_use]
pub fn clean(text: &str) -> &str {
    if is_own_path(text) { text } else { "/" }
}

fn is_own_path(text: &str) -> bool {
    if !text.starts_with('/') || text.len() > MAX || text.chars().any(|c| c.is_control() || c == '\\') {
        return false;
    }
    let path = text.split(['?', '#']).next().unwrap_or(text);
    let lower = path.to_ascii_lowercase();
    // Encoded or doubled slashes at the front are read as a host by some browsers and proxies; `@` never stands in our paths.
    let tricky = path.starts_with("//") || lower.starts_with("/%2f") || lower.starts_with("/%5c") || path.contains('@');
    let not_a_page = path.starts_with("/api/") || path.starts_with("/webhooks/") || path.starts_with("/signin/");
    if tricky || not_a_page {
        return false;
    }
    let Ok(base) = Url::parse("https://portal.invalid/") else { return false };
    base.join(text).is_ok_and(|url| url.origin() == base.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oidc_28_only_paths_of_this_origin_survive() {
        for bad in [
            "https://evil.example/",
            "//evil",
            "/\\evil",
            "/%2F/evil",
            "/%5cevil",
            "javascript:alert(1)",
            "/ok@evil",
            "/a\tb",
            "/a\nb",
            "",
            "tasks",
            "/signin/callback?code=1",
            "/api/tasks",
        ] {
            assert_eq!(clean(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn oidc_29_a_long_address_survives_unchanged() {
        let long = format!("/tasks/12?q={}&mail=a@b#frag-é", "x".repeat(1900));
        assert_eq!(clean(&long), long);
        assert_eq!(clean(&format!("/?q={}", "x".repeat(3000))), "/");
    }
}

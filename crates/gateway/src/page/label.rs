//! White label of the page's HTML, before any script of it runs: title and little picture of a host that says so.

use portal_model::api::embed::BELOW;

use crate::config::{FAVICON, Host};

/// The HTML as this host wants it; `None` when it wants it as it is.
pub(super) fn of(host: &Host, html: &[u8]) -> Option<String> {
    let (name, favicon) = (host.brand.name.as_deref(), host.brand.favicon.as_ref());
    if name.is_none() && favicon.is_none() {
        return None;
    }
    let mut html = std::str::from_utf8(html).ok()?.to_owned();
    if let Some(name) = name {
        html = between(&html, "<title>", "</title>", &escaped(name))?;
    }
    if let Some(picture) = favicon {
        // Both are plain: an id of the configuration, and a number.
        let tag = format!(
            "<link rel=\"icon\" href=\"{BELOW}{}/api/brand/{FAVICON}?v={}\" type=\"{}\">",
            host.id, picture.version, picture.kind
        );
        html = without(&html, "<link rel=\"icon\"", ">").map_or(html, |html| html);
        html = html.replacen("</title>", &format!("</title>{tag}"), 1);
    }
    Some(html)
}

/// Puts other text between two.
fn between(html: &str, begin: &str, end: &str, text: &str) -> Option<String> {
    let (before, rest) = html.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{text}{end}{after}"))
}

/// Takes away what begins and ends so.
fn without(html: &str, begin: &str, end: &str) -> Option<String> {
    let (before, rest) = html.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{after}"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostBrand, Picture};

    const HTML: &str = "<head>\n<title>My tasks</title>\n<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n<script></script></head>";

    fn host(brand: HostBrand) -> Host {
        Host {
            id: "shop".into(),
            origin: "https://shop.example.com".into(),
            name: "Shop".into(),
            views: Vec::new(),
            look: Default::default(),
            brand,
        }
    }

    #[test]
    fn inj_01_title_and_picture_are_the_hosts_and_nothing_but_text() {
        assert_eq!(of(&host(HostBrand::default()), HTML.as_bytes()), None);
        let picture = Picture { bytes: Default::default(), kind: "image/png", version: "0a".into() };
        let brand =
            HostBrand { name: Some("A</title><script>&".into()), favicon: Some(picture), ..HostBrand::default() };
        assert_eq!(
            of(&host(brand), HTML.as_bytes()).unwrap(),
            "<head>\n<title>A&lt;/title&gt;&lt;script&gt;&amp;</title><link rel=\"icon\" \
             href=\"/embed/shop/api/brand/favicon?v=0a\" type=\"image/png\">\n\n<script></script></head>"
        );
    }
}

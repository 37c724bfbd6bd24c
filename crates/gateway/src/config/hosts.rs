//! `[[host]]`: the apps that may show the portal in a frame. Each is one exact origin; a pattern would let in whoever fits it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use portal_model::{
    api::embed::{BELOW, Brand, EmbedHost},
    embed::{Look, View},
};
use serde::Deserialize;
use url::Url;

use super::{
    ConfigError, brand,
    brand::{HostBrand, Picture},
    look,
    raw::{origin_url, secure},
};

/// What a host shows that says nothing of it: all but what is for admins (EMB-02).
const USUAL: [View; 5] = [View::Inbox, View::Next, View::Task, View::File, View::Explorer];

/// An app that may show the portal in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Names it in addresses: `/embed/{id}/…`.
    pub id: String,
    /// Its origin as browsers spell it.
    pub origin: String,
    /// What people call it.
    pub name: String,
    /// What its frames may show.
    pub views: Vec<View>,
    /// How its frames look where the page around says nothing.
    pub look: Look,
    /// White label.
    pub brand: HostBrand,
}

impl Host {
    /// As frames and admins get it.
    #[must_use]
    pub fn shown(&self) -> EmbedHost {
        let brand = &self.brand;
        let address =
            |which: &str, picture: &Picture| format!("{BELOW}{}/api/brand/{which}?v={}", self.id, picture.version);
        EmbedHost {
            id: self.id.clone(),
            origin: self.origin.clone(),
            name: self.name.clone(),
            views: self.views.clone(),
            look: self.look.clone(),
            brand: Brand {
                name: brand.name.clone(),
                logo: brand.logo.as_ref().map(|picture| address(brand::LOGO, picture)),
                support: brand.support.clone(),
                title: brand.title.clone(),
                welcome: brand.welcome.clone(),
                signin: brand.signin.clone(),
            },
        }
    }

    /// Whether its frames may show one of these.
    #[must_use]
    pub fn shows_any(&self, views: &[View]) -> bool {
        views.iter().any(|view| self.views.contains(view))
    }
}

/// As written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawHost {
    id: Option<String>,
    origin: Option<String>,
    name: Option<String>,
    views: Option<Vec<String>>,
    look: look::RawLook,
    brand: brand::RawBrand,
}

/// Checks them all; pictures are files in the configuration's folder.
pub(super) fn hosts(
    raw: Vec<RawHost>,
    portal: &Url,
    file: &str,
    folder: &Path,
) -> Result<BTreeMap<String, Arc<Host>>, ConfigError> {
    let fault = |what: String| ConfigError { place: file.to_owned(), what };
    let mut hosts = BTreeMap::new();
    for host in raw {
        let id = host.id.unwrap_or_default();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if id.is_empty() || id.len() > 32 || !id.bytes().all(plain) {
            return Err(fault(format!(
                "[[host]] id is {id:?}; write 1 to 32 of a to z, 0 to 9 and -, for example \"shop\""
            )));
        }
        let written = host.origin.ok_or_else(|| {
            fault(format!(
                "[[host]] {id}: `origin` is missing; write for example origin = \"https://shop.example.com\""
            ))
        })?;
        let origin = exact(&written).map_err(|what| fault(format!("[[host]] {id}: `origin` {what}")))?;
        if origin == portal.origin().ascii_serialization() {
            return Err(fault(format!(
                "[[host]] {id}: `origin` is the portal's own; write that of the app around the frame"
            )));
        }
        let of_host = |what: String| fault(format!("[[host]] {id}: {what}"));
        let checked = Host {
            id: id.clone(),
            origin,
            name: host.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| id.clone()),
            views: views(host.views).map_err(of_host)?,
            look: look::check(host.look).map_err(of_host)?,
            brand: brand::check(host.brand, folder).map_err(of_host)?,
        };
        if hosts.insert(id.clone(), Arc::new(checked)).is_some() {
            return Err(fault(format!("[[host]] {id} stands twice")));
        }
    }
    Ok(hosts)
}

/// What a host shows, each once, in one order.
fn views(names: Option<Vec<String>>) -> Result<Vec<View>, String> {
    let Some(names) = names else { return Ok(USUAL.to_vec()) };
    let known = || View::ALL.map(View::as_str).join(", ");
    if let Some(unknown) = names.iter().find(|name| !View::ALL.iter().any(|view| view.as_str() == **name)) {
        return Err(format!("`views` holds {unknown:?}; there are {}", known()));
    }
    if names.is_empty() {
        return Err(format!("`views` is empty; write at least one of {}, or leave the key out", known()));
    }
    Ok(View::ALL.into_iter().filter(|view| names.iter().any(|name| name == view.as_str())).collect())
}

/// The origin, if it is written exactly as browsers spell it (EMB-04): one scheme, one host, no more.
fn exact(text: &str) -> Result<String, String> {
    if text.contains('*') {
        return Err(format!("is {text:?}; patterns are not taken, write one [[host]] for each origin"));
    }
    if !text.is_ascii() {
        return Err(format!("is {text:?}; write the name in ASCII, as browsers send it: xn--…"));
    }
    secure(text)?;
    let url = origin_url(text)?;
    if url.host_str().is_some_and(|host| host.ends_with('.')) {
        return Err(format!("is {text:?}; leave out the dot at the end of the name"));
    }
    // It becomes a part of the content security policy, where `;` and `,` mean something.
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:/[]".contains(&b)) {
        return Err(format!("is {text:?}; names of hosts have letters, digits, dots and hyphens only"));
    }
    let origin = url.origin().ascii_serialization();
    if origin == text { Ok(origin) } else { Err(format!("is {text:?}; write it as browsers spell it: {origin:?}")) }
}

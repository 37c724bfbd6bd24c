//! `[[host]]`: the apps that may show the portal in a frame. Each is one exact origin; a pattern would let in whoever fits it.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;
use url::Url;

use super::{
    ConfigError,
    raw::{origin_url, secure},
};

/// An app that may show the portal in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Names it in addresses: `/embed/{id}/…`.
    pub id: String,
    /// Its origin as browsers spell it.
    pub origin: String,
    /// What people call it.
    pub name: String,
}

/// As written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawHost {
    id: Option<String>,
    origin: Option<String>,
    name: Option<String>,
}

/// Checks them all.
pub(super) fn hosts(raw: Vec<RawHost>, portal: &Url, file: &str) -> Result<BTreeMap<String, Arc<Host>>, ConfigError> {
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
        let name = host.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| id.clone());
        if hosts.insert(id.clone(), Arc::new(Host { id: id.clone(), origin, name })).is_some() {
            return Err(fault(format!("[[host]] {id} stands twice")));
        }
    }
    Ok(hosts)
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

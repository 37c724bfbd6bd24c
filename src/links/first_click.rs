//! The first click of the day: where Diffgram's sign-in forgets where people were going, a link into Diffgram goes through
//! [`super::open`], which signs them in first. From then on, for some hours, links are plain.

use leptos::{ev, prelude::*};
use portal_model::links::Landing;
use wasm_bindgen::JsCast;

use super::{diffgram, login};
use crate::{app::Portal, platform};

/// Where this browser keeps when somebody was led through Diffgram's sign-in.
const SINCE: &str = "portal.diffgram";
/// So long Diffgram is taken to know them, in milliseconds: a working day.
const LASTS: f64 = 10.0 * 3_600_000.0;

/// Whether this person was led through Diffgram's sign-in today.
pub fn is_done(portal: Portal) -> bool {
    let kept = platform::local_storage().and_then(|storage| storage.get_item(SINCE).ok().flatten());
    let Some((since, who)) = kept.as_deref().and_then(|kept| kept.split_once(' ')) else { return false };
    let age = platform::now() - platform::parsed(since);
    who == portal.who() && (0.0..LASTS).contains(&age)
}

/// They were. Without storage the way through it stays, once a click.
pub fn done(portal: Portal) {
    if let Some(storage) = platform::local_storage() {
        let _ = storage.set_item(SINCE, &format!("{} {}", platform::fixed(platform::now(), 0), portal.who()));
    }
}

/// From now on links into Diffgram go through its sign-in, while that is due.
pub fn start(portal: Portal) {
    let Some(origin) = diffgram(portal).filter(|_| login(portal).is_some()) else { return };
    let begins = format!("{}/", origin.as_str());
    let lead = move |event: web_sys::MouseEvent| {
        if event.default_prevented() || event.button() > 1 {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|element| element.closest("a[href]").ok().flatten());
        let Some(to) = link.and_then(|link| link.get_attribute("href")).filter(|to| to.starts_with(&begins)) else {
            return;
        };
        if is_done(portal) {
            return;
        }
        event.prevent_default();
        let page = Landing::Open { to, first: None }.path();
        let _ = window().open_with_url_and_target_and_features(&page, "_blank", "noopener");
    };
    // Both live as long as the page.
    let _ = (window_event_listener(ev::click, lead.clone()), window_event_listener(ev::auxclick, lead));
}

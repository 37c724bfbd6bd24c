//! The page around the frame: what is said to it and what is heard from it. Always to one exact origin, from one window.

use leptos::prelude::*;
use portal_model::{
    api::embed::EmbedHost,
    embed::{Envelope, FromFrame, MAX_MESSAGE, VERSION},
};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

/// The window around, or this one when there is none.
pub fn parent() -> Option<web_sys::Window> {
    window().parent().ok().flatten()
}

/// Whether the page is in a frame.
pub fn is_framed() -> bool {
    parent().is_some_and(|parent| !js_sys::Object::is(&parent, &window()))
}

/// Says something to the page around, if it is of the host's origin.
pub fn say(host: &EmbedHost, message: FromFrame) {
    if let Some(parent) = parent() {
        post(&parent, &host.origin, message);
    }
}

/// Sends a message to a window, if a page of that origin is in it (EMB-07). It is JSON text, so that its length can be looked at.
pub fn post<M: Serialize>(to: &web_sys::Window, origin: &str, message: M) {
    // These types always become JSON. Refused only for an origin that is none.
    let text = serde_json::to_string(&Envelope::new(message)).unwrap_or_default();
    let _ = to.post_message(&JsValue::from_str(&text), origin);
}

/// A message, if it is of that origin and window, not too long, and known. Anything else is as if it were not there.
pub fn heard<M: DeserializeOwned>(event: &web_sys::MessageEvent, origin: &str, from: &JsValue) -> Option<M> {
    if event.origin() != origin || !js_sys::Object::is(&event.source()?.into(), from) {
        return None;
    }
    let text = event.data().dyn_into::<js_sys::JsString>().ok()?;
    // Before any of it is copied.
    if text.length() as usize > MAX_MESSAGE {
        return None;
    }
    let envelope: Envelope<M> = serde_json::from_str(&String::from(text)).ok()?;
    (envelope.diffgram_portal == VERSION).then_some(envelope.message)
}

/// The portal's own origin: of the frame and of the window in which people sign in.
pub fn own_origin() -> String {
    crate::platform::location().origin().unwrap_or_default()
}

//! Copies links, and says so.

use portal_model::task::TaskRow;

use super::{
    choices::{diffgram_link, portal_link},
    diffgram, whole,
};
use crate::{
    app::Portal,
    platform,
    text::{Key, app, links as w, t, t_with},
    ui::links::About,
};

/// Copies, and says what.
pub fn say(portal: Portal, link: String, words: Key) {
    leptos::task::spawn_local(async move {
        if platform::copy(&link).await {
            portal.say(t(words));
        } else {
            portal.say(t_with(app::COPY_FAILED, &[("link", &link)]));
        }
    });
}

/// Copies a link of a row of a list: the portal's, or Diffgram's.
pub fn row(portal: Portal, row: TaskRow, at_diffgram: bool) {
    let about = About::Task(Box::new(row), None);
    if at_diffgram {
        if let Some(link) = diffgram(portal).and_then(|origin| diffgram_link(&about).link(&origin)) {
            say(portal, link, w::COPIED_DIFFGRAM);
        }
    } else if let Some(go) = portal_link(&about) {
        say(portal, whole(&go.path()), w::COPIED);
    }
}

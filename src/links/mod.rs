//! Links: the ways into Diffgram and back to here, the pages behind `/go/…` and `/open`, and the first click of the day. One chunk.

mod choices;
pub mod copy;
pub mod first_click;
pub mod go;
mod menu;
pub mod open;

use leptos::prelude::*;
use portal_model::permalink::DiffgramOrigin;

use crate::{app::Portal, platform, session::SessionState};

pub use menu::Menu;

/// Where Diffgram is, for somebody signed in.
fn diffgram(portal: Portal) -> Option<DiffgramOrigin> {
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => DiffgramOrigin::parse(&session.diffgram).ok(),
        _ => None,
    })
}

/// Where people sign in to Diffgram first, when it forgets where they were going.
fn login(portal: Portal) -> Option<String> {
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => session.diffgram_login.clone(),
        _ => None,
    })
}

/// An address of the portal, for other people: with its origin, and never inside a frame.
fn whole(path: &str) -> String {
    format!("{}{path}", platform::location().origin().unwrap_or_default())
}

//! Links: the ways into Diffgram and back to here, the pages behind `/go/…` and `/open`, and the first click of the day. One chunk.

mod choices;
mod copy;
mod first_click;
mod go;
mod menu;
mod open;

use leptos::prelude::*;
use portal_model::{permalink::DiffgramOrigin, task::TaskRow};

use crate::{app::Portal, platform, session::SessionState};

/// What of this is asked for. One way in: each costs the first page.
#[derive(Clone)]
pub enum Part {
    /// The card of links.
    Card,
    /// `/go/…`, when the gateway did not lead on.
    Go,
    /// `/open`.
    Open,
    /// Copies a link of a row: the portal's, or Diffgram's.
    Copy(Portal, Box<TaskRow>, bool),
    /// Links into Diffgram go through its sign-in, while that is due.
    FirstClick(Portal),
}

/// Shows it, or does it.
pub fn part(part: Part) -> AnyView {
    match part {
        Part::Card => view! { <menu::Menu/> }.into_any(),
        Part::Go => view! { <go::GoPage/> }.into_any(),
        Part::Open => open::OpenPage().into_any(),
        Part::Copy(portal, row, at_diffgram) => {
            copy::row(portal, *row, at_diffgram);
            ().into_any()
        }
        Part::FirstClick(portal) => {
            first_click::start(portal);
            ().into_any()
        }
    }
}

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

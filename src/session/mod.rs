//! Who is signed in, as the page knows it. No token is ever here: a cookie that scripts cannot read holds the session.

pub mod callback;
pub mod pages;
mod signin;

use leptos::prelude::*;
use portal_model::{
    api::{Account, Session, SignedOut, acting, path},
    problem::ProblemType,
};

use crate::{
    api::{self, Failure},
    app::Portal,
    paths, platform,
};

pub use signin::{by_button, prepare, start};

/// Who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionState {
    /// Not known yet.
    Loading,
    /// Nobody: the browser is about to leave for the identity provider.
    Leaving,
    /// Nobody, and signing in did not work: a button tries again.
    Stopped(Option<Failure>),
    /// Nobody, in a frame: it has ways of its own to sign in.
    Out {
        /// Somebody was, a moment ago.
        ended: bool,
    },
    /// Somebody.
    In(Box<Session>),
}

/// Finds out who is signed in, once; a stranger is sent to sign in.
pub fn find_out(portal: Portal) {
    if portal.session.with_untracked(|state| !matches!(state, SessionState::Loading)) {
        return;
    }
    leptos::task::spawn_local(async move {
        loop {
            match api::get::<Session>(path::SESSION).await {
                Ok(session) => {
                    let wait = session.account == Account::NotReadYet;
                    portal.session.set(SessionState::In(Box::new(session)));
                    if !wait {
                        return;
                    }
                    platform::sleep(2_000).await;
                }
                Err(failure) if failure.is_signed_out() && paths::is_embedded() => {
                    return portal.session.set(SessionState::Out { ended: false });
                }
                Err(failure) if failure.is_signed_out() => return start(portal).await,
                Err(failure) => return portal.session.set(SessionState::Stopped(Some(failure))),
            }
        }
    });
}

/// An answer said that the session is over while something is shown.
pub fn ended(portal: Portal, failure: &Failure) {
    if failure.is_signed_out() {
        if paths::is_embedded() {
            portal.session.set(SessionState::Out { ended: true });
        } else {
            portal.expired.set(true);
        }
    }
}

/// The stream says that the session is over: signed out in another tab. Nothing of the person stays on the screen (SES-15).
pub fn left_elsewhere(portal: Portal) {
    if portal.signing_out.get_value() {
        return;
    }
    leptos::task::spawn_local(async move {
        match api::get_fresh::<Session>(path::SESSION).await {
            Err(failure) if failure.is_signed_out() => {
                let _ = platform::location().replace(&paths::at(paths::SIGNED_OUT));
            }
            // Whom this browser shows changed in another tab: somebody else, or an admin looks through somebody's eyes.
            Ok(now) => {
                let here = |state: &SessionState| match state {
                    SessionState::In(session) => {
                        session.email == now.email && session.name == now.name && session.seen_by == now.seen_by
                    }
                    _ => true,
                };
                if portal.session.try_with_untracked(here) == Some(false) {
                    platform::leave_for(&paths::inbox());
                }
            }
            Err(_) => {}
        }
    });
}

/// Looks through the own eyes again.
pub fn stop_seeing(portal: Portal) {
    leptos::task::spawn_local(async move {
        match api::send::<()>("DELETE", acting::path::SEE_AS, None::<&()>).await {
            // Nothing of what was seen stays.
            Ok(()) => platform::leave_for(&paths::inbox()),
            Err(failure) => portal.say(failure.words()),
        }
    });
}

/// Ends the session, forgets everything, and goes where the provider's session ends too.
pub fn sign_out(portal: Portal) {
    portal.signing_out.set_value(true);
    leptos::task::spawn_local(async move {
        match api::send::<SignedOut>("DELETE", path::SESSION, None::<&()>).await {
            // Leaving the page drops all that it knows.
            Ok(over) => {
                platform::leave_for(&over.end_session_url.unwrap_or_else(|| paths::at(paths::SIGNED_OUT)));
            }
            Err(failure) => {
                portal.signing_out.set_value(false);
                portal.say(failure.words());
            }
        }
    });
}

/// Whether a failure says that the answer of the provider was for another sign-in.
pub fn is_stale(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.kind == ProblemType::SigninState)
}

//! Pages for people who are not, or not usefully, signed in. Each says why and what to do.

use leptos::prelude::*;
use portal_model::api::{Account, Session};

use crate::{
    api::Failure,
    app::portal,
    text::{app, session, t, t_with},
    ui::{
        notice::{Kind, notice, request},
        signin_button::SigninButton,
    },
};

/// Signing in did not work.
pub fn stopped(failure: Option<&Failure>) -> AnyView {
    let words = failure.map_or(t(session::STOPPED_WORDS), Failure::words);
    let mut way_on = vec![signin(false)];
    way_on.extend(request(failure));
    notice(Kind::Page, t(session::STOPPED_TITLE), vec![words.to_owned()], way_on)
}

/// The button that signs in, and comes back here or to the tasks.
pub fn signin(home: bool) -> AnyView {
    view! { <SigninButton home/> }.into_any()
}

/// After signing out.
#[component]
pub fn SignedOutPage() -> impl IntoView {
    notice(Kind::Page, t(session::SIGNED_OUT_TITLE), vec![t(session::SIGNED_OUT_WORDS).to_owned()], vec![signin(true)])
}

/// The page for somebody who is signed in and has no place in Diffgram, and why.
pub fn unusable(session: &Session) -> AnyView {
    let (title, words, next) = match session.account {
        Account::Unknown => (session::UNKNOWN_TITLE, session::UNKNOWN_WORDS, Some(session::UNKNOWN_NEXT)),
        Account::EmailUnverified => {
            (session::UNVERIFIED_TITLE, session::UNVERIFIED_WORDS, Some(session::UNVERIFIED_NEXT))
        }
        // Who has a place never comes here.
        Account::Known | Account::NotReadYet => (session::NOT_READ_TITLE, session::NOT_READ_WORDS, None),
    };
    let words = t_with(words, &[("email", session.email.as_deref().unwrap_or(&session.name))]);
    let mut said = vec![words];
    said.extend(next.map(|next| t(next).to_owned()));
    let way_on = contact(session).into_iter().chain([view! { <SignOutButton/> }.into_any()]).collect();
    notice(Kind::Page, t(title), said, way_on)
}

/// Whom to ask, when that is configured.
pub fn contact(session: &Session) -> Option<AnyView> {
    session.contact.clone().map(|contact| view! { <Ask contact/> }.into_any())
}

/// Whom to ask.
#[component]
fn Ask(contact: String) -> impl IntoView {
    ask(contact)
}

/// A link to whom people can ask.
pub fn ask(contact: String) -> impl IntoView {
    let href = if contact.starts_with("https://") { contact.clone() } else { format!("mailto:{contact}") };
    view! { <a href=href>{t_with(session::ASK, &[("contact", &contact)])}</a> }
}

/// Ends the session.
#[component]
pub fn SignOutButton() -> impl IntoView {
    let portal = portal();
    view! { <button type="button" class="btn" on:click=move |_| super::sign_out(portal)>{t(app::SIGN_OUT)}</button> }
}

//! Pages for people who are not, or not usefully, signed in. Each says why and what to do.

use leptos::prelude::*;
use portal_model::api::{Account, Session};

use crate::{
    api::Failure,
    app::portal,
    text::{app, problem, session, t, t_with},
    ui::signin_button::SigninButton,
};

/// Something is under way.
#[component]
pub fn Wait(words: &'static str) -> impl IntoView {
    view! { <main class="plain"><h1 class="sr">{words}</h1><p role="status">{words}</p></main> }
}

/// Signing in did not work.
#[component]
pub fn StoppedPage(failure: Option<Failure>) -> impl IntoView {
    let words = failure.as_ref().map_or(t(session::STOPPED_WORDS), Failure::words);
    let request = failure.as_ref().and_then(Failure::request_id).map(|id| t_with(problem::REQUEST, &[("id", id)]));
    view! {
        <main class="plain">
            <h1>{t(session::STOPPED_TITLE)}</h1>
            <p>{words}</p>
            <SigninButton/>
            {request.map(|request| view! { <p class="quiet">{request}</p> })}
        </main>
    }
}

/// After signing out.
#[component]
pub fn SignedOutPage() -> impl IntoView {
    view! {
        <main class="plain">
            <h1>{t(session::SIGNED_OUT_TITLE)}</h1>
            <p>{t(session::SIGNED_OUT_WORDS)}</p>
            <SigninButton home=true/>
        </main>
    }
}

/// The page for somebody who is signed in and has no place in Diffgram, and why.
pub fn unusable(session: &Session) -> Option<AnyView> {
    let (title, words, next) = match session.account {
        Account::Known => return None,
        Account::Unknown => (session::UNKNOWN_TITLE, session::UNKNOWN_WORDS, Some(session::UNKNOWN_NEXT)),
        Account::EmailUnverified => {
            (session::UNVERIFIED_TITLE, session::UNVERIFIED_WORDS, Some(session::UNVERIFIED_NEXT))
        }
        Account::NotReadYet => (session::NOT_READ_TITLE, session::NOT_READ_WORDS, None),
    };
    let words = t_with(words, &[("email", session.email.as_deref().unwrap_or(&session.name))]);
    let contact = session.contact.clone();
    Some(
        view! {
            <main class="plain">
                <h1>{t(title)}</h1>
                <p role="status">{words}</p>
                {next.map(|next| view! { <p>{t(next)}</p> })}
                {contact.map(|contact| view! { <p><Ask contact/></p> })}
                <p><SignOutButton/></p>
            </main>
        }
        .into_any(),
    )
}

/// Whom to ask.
#[component]
fn Ask(contact: String) -> impl IntoView {
    let href = if contact.starts_with("https://") { contact.clone() } else { format!("mailto:{contact}") };
    view! { <a href=href>{t_with(session::ASK, &[("contact", &contact)])}</a> }
}

/// Ends the session.
#[component]
pub fn SignOutButton() -> impl IntoView {
    let portal = portal();
    view! { <button type="button" class="btn" on:click=move |_| super::sign_out(portal)>{t(app::SIGN_OUT)}</button> }
}

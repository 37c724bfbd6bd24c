//! A page that only says something: why there is nothing else to see, and the way on.

use leptos::prelude::*;

use crate::{
    api::Failure,
    paths,
    text::{app, problem, t, t_with},
};

/// What a notice is for who hears the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole page.
    Page,
    /// In place of something inside a page.
    Inside,
    /// A small part of a page: what is missing is said in a line, and while it is on its way nothing is said.
    Part,
    /// In place of something inside a page, and it is bad news.
    Alert,
}

/// A title, some words, and the way on: buttons and links.
pub fn notice(kind: Kind, title: impl Into<String>, words: Vec<String>, way_on: Vec<AnyView>) -> AnyView {
    plain(kind, "", title.into(), words, way_on)
}

fn plain(kind: Kind, class: &'static str, title: String, words: Vec<String>, way_on: Vec<AnyView>) -> AnyView {
    let role = match kind {
        Kind::Page => Some("main"),
        Kind::Inside | Kind::Part => None,
        Kind::Alert => Some("alert"),
    };
    view! {
        <div class="plain" role=role>
            <h1 class=class><bdi>{title}</bdi></h1>
            {words.into_iter().map(|words| view! { <p role="status">{words}</p> }.into_any()).collect::<Vec<_>>()}
            {way_on.into_iter().map(|way| view! { <div class="way">{way}</div> }.into_any()).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// Something is under way.
pub fn wait(kind: Kind, words: &'static str) -> AnyView {
    plain(kind, "sr", words.to_owned(), vec![words.to_owned()], Vec::new())
}

/// The way to my tasks.
pub fn to_tasks() -> AnyView {
    view! { <a class="btn primary" href=paths::inbox()>{t(app::TO_TASKS)}</a> }.into_any()
}

/// Something could not be read: why, again, and the name of the request.
pub fn failed(failure: &Failure, again: impl Fn() + 'static) -> AnyView {
    let button =
        view! { <button type="button" class="btn primary" on:click=move |_| again()>{t(app::TRY_AGAIN)}</button> };
    let mut way_on = vec![button.into_any()];
    way_on.extend(request(Some(failure)));
    notice(Kind::Alert, failure.words(), Vec::new(), way_on)
}

/// The name of the request, to quote.
pub fn request(failure: Option<&Failure>) -> Option<AnyView> {
    let id = failure?.request_id()?;
    Some(view! { <p class="quiet">{t_with(problem::REQUEST, &[("id", id)])}</p> }.into_any())
}

//! Reading what only admins may read, and the words when there is nothing to see: the same on all their pages.

use leptos::prelude::*;
use portal_model::problem::{Problem, ProblemType};
use serde::de::DeserializeOwned;

use crate::{
    api::{self, Failure},
    app::Portal,
    session,
    text::{app, schema as w, t},
    ui::notice::{Kind, failed, notice, to_tasks, wait},
};

/// How far an answer is.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// On its way.
    Reading,
    /// Here.
    Here(T),
    /// Unknown or not theirs.
    Missing,
    /// They are no admin.
    ForAdmins,
    /// It could not be read.
    Failed(Failure),
}

/// Asks, past what was asked before.
pub async fn read<T: DeserializeOwned>(portal: Portal, url: &str) -> Answer<T> {
    match api::get_fresh::<T>(url).await {
        Ok(answer) => Answer::Here(answer),
        Err(Failure::Problem(Problem { kind: ProblemType::Forbidden, .. })) => Answer::ForAdmins,
        Err(failure) if failure.is_not_found() => Answer::Missing,
        Err(failure) => {
            session::ended(portal, &failure);
            Answer::Failed(failure)
        }
    }
}

impl<T> Answer<T> {
    /// The same with what is here made into something else.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Reading => Answer::Reading,
            Self::Here(answer) => Answer::Here(make(answer)),
            Self::Missing => Answer::Missing,
            Self::ForAdmins => Answer::ForAdmins,
            Self::Failed(failure) => Answer::Failed(failure),
        }
    }
}

/// What to show in place of the answer; what is here is handed back.
pub fn nothing<T>(state: Answer<T>, again: impl Fn() + 'static) -> Result<T, AnyView> {
    Err(match state {
        Answer::Here(answer) => return Ok(answer),
        Answer::Reading => wait(Kind::Inside, t(app::LOADING)),
        Answer::Missing => {
            notice(Kind::Inside, t(w::MISSING_TITLE), vec![t(w::MISSING_WORDS).to_owned()], vec![to_tasks()])
        }
        Answer::ForAdmins => {
            notice(Kind::Inside, t(w::ADMINS_TITLE), vec![t(w::ADMINS_WORDS).to_owned()], vec![to_tasks()])
        }
        Answer::Failed(failure) => failed(&failure, again),
    })
}

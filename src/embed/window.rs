//! `/embed/{host}/signin`: the window that a frame opens. Signed in at top level, it gets a ticket, hands it to the frame that
//! opened it, and closes.

use leptos::prelude::*;
use portal_model::{
    api::{
        Session,
        embed::{self as model, EmbedTicket, EmbedTicketRequest},
        path,
    },
    embed::FromPopup,
};
use wasm_bindgen::{JsCast, JsValue};

use super::around;
use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    paths::Page,
    session::{self, SessionState},
    text::{embed as words, session as session_words, t},
    ui::notice::{Kind, failed, notice, to_tasks, wait},
};

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Working,
    /// There is no frame to hand anything to.
    Alone,
    /// Done; the browser may not let it close itself.
    Done,
    Failed(Failure),
}

/// The window.
#[component]
pub fn WindowPage() -> impl IntoView {
    let portal = portal();
    let host = match portal.route.page().get_untracked() {
        Some(Page::Window(host)) => host,
        _ => String::new(),
    };
    let step = RwSignal::new(Step::Working);
    let host = StoredValue::new(host);
    let go = move || {
        step.set(Step::Working);
        leptos::task::spawn_local(async move {
            let next = hand_over(portal, host.get_value()).await;
            let _ = step.try_set(next);
        });
    };
    go();
    move || match (step.get(), portal.session.get()) {
        (_, SessionState::Stopped(failure)) => session::pages::stopped(failure.as_ref()),
        (Step::Working, _) => wait(Kind::Page, t(session_words::SIGNING_IN)),
        (Step::Alone, _) => {
            notice(Kind::Page, t(words::ALONE_TITLE), vec![t(words::ALONE_WORDS).to_owned()], vec![to_tasks()])
        }
        (Step::Done, _) => notice(Kind::Page, t(words::DONE_TITLE), vec![t(words::DONE_WORDS).to_owned()], Vec::new()),
        (Step::Failed(failure), _) => failed(&failure, go),
    }
}

async fn hand_over(portal: Portal, host: String) -> Step {
    let opener = window().opener().unwrap_or(JsValue::NULL);
    if !opener.is_object() {
        return Step::Alone;
    }
    match api::get_fresh::<Session>(path::SESSION).await {
        Ok(_) => {}
        Err(failure) if failure.is_signed_out() => {
            session::start(portal).await;
            return Step::Working;
        }
        Err(failure) => return Step::Failed(failure),
    }
    match api::send::<EmbedTicket>("POST", model::TICKETS, Some(&EmbedTicketRequest { host })).await {
        Ok(EmbedTicket { ticket, .. }) => {
            // Reaches nobody but a page of the portal itself.
            around::post(opener.unchecked_ref(), &around::own_origin(), FromPopup::Ticket { ticket });
            let _ = window().close();
            Step::Done
        }
        Err(failure) => Step::Failed(failure),
    }
}

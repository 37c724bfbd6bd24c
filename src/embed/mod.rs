//! In a host app: the page without its navigation, signed in by a token of the host's backend or by a window, and in words with
//! the page around it (ADR 6). All of it is one chunk: at top level nobody loads it.

mod around;
mod bar;
mod gate;
mod height;
mod host;
mod look;
pub mod out;
mod watch;
pub mod window;

use leptos::prelude::*;
use portal_model::{
    api::{
        Account,
        embed::{self as model, EmbedHost},
    },
    embed::FromFrame,
};

use self::{bar::Bar, gate::Gate};
use crate::{
    api::{self, Failure},
    app::{inside, portal},
    paths, platform,
    session::{self, SessionState},
    text::{app, t},
    ui::notice::{Kind, failed, wait},
};

/// Everything below `/embed/{host}` that needs somebody signed in.
#[component]
pub fn Embedded() -> impl IntoView {
    if !around::is_framed() {
        // Opened as a page of its own: the same, at top level, where the other session counts.
        let _ = platform::location().replace(&paths::outside(&platform::here()));
        return wait(Kind::Page, t(app::LOADING));
    }
    let host = RwSignal::new(None::<Result<EmbedHost, Failure>>);
    let read = move || {
        leptos::task::spawn_local(async move {
            let answer = api::get::<EmbedHost>(model::HOST).await;
            let _ = host.try_set(Some(answer));
        });
    };
    read();
    (move || match host.get() {
        None => wait(Kind::Page, t(app::LOADING)),
        Some(Err(failure)) => failed(&failure, read),
        Some(Ok(host)) => view! { <Framed host/> }.into_any(),
    })
    .into_any()
}

/// The frame, once it is known what is around it.
#[component]
fn Framed(host: EmbedHost) -> impl IntoView {
    let portal = portal();
    let gate = Gate::new(portal, host.clone());
    around::say(&host, FromFrame::Ready);
    watch::start(portal, host.clone());
    let host = StoredValue::new(host);
    session::find_out(portal);
    Effect::new(move |_| {
        if let SessionState::Out { ended } = portal.session.get() {
            gate.open(ended);
        }
    });
    move || match portal.session.get() {
        SessionState::Loading | SessionState::Leaving => wait(Kind::Page, t(app::LOADING)),
        SessionState::Out { .. } => gate.view(),
        SessionState::Stopped(failure) => failed(&failure.unwrap_or(Failure::Offline), move || {
            portal.session.set(SessionState::Loading);
            session::find_out(portal);
        }),
        SessionState::In(session) if session.account != Account::Known => session::pages::unusable(&session),
        SessionState::In(_) => inside("frame-shell", view! { <Bar host=host.get_value()/> }.into_any()),
    }
}

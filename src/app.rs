//! The app: routes in one table, what all pages share, and the frame around them.

use leptos::{ev, prelude::*};
use leptos_router::{
    components::{Outlet, ParentRoute, Route, Router, Routes},
    path,
};
use portal_model::{api::Freshness, person::Role};

use crate::{
    areas::{AttributeArea, CallbackArea, ChangesArea, FileArea, SchemaArea, SchemasArea, TaskArea},
    inbox::{InboxPage, InboxState},
    live::{self, LiveState},
    platform,
    session::{self, SessionState},
    text::{app, t},
    ui::{
        bars::Bars,
        keys_dialog::KeysDialog,
        nav::Nav,
        notice::{Kind, notice, to_tasks, wait},
        toast::Toast,
    },
};

/// What all pages share. Lives as long as the page.
#[derive(Clone, Copy)]
pub struct Portal {
    /// Who is signed in.
    pub session: RwSignal<SessionState>,
    /// Whether the session ended while something was shown: a bar says so, the page stays.
    pub expired: RwSignal<bool>,
    /// Whether the browser says it is connected.
    pub online: RwSignal<bool>,
    /// This tab is on its way out: what the stream says of it is no news.
    pub signing_out: StoredValue<bool>,
    /// How true the index is.
    pub freshness: RwSignal<Option<Freshness>>,
    /// Whether the event stream is open.
    pub live: RwSignal<LiveState>,
    /// "My tasks": kept while other pages are shown, so that back returns to the same place.
    pub inbox: InboxState,
    /// A short word that goes away by itself.
    pub toast: RwSignal<Option<String>>,
    /// Milliseconds since the epoch, once every half minute: what "2 hours ago" is counted from.
    pub now: RwSignal<f64>,
    /// Whether the list of keys is open.
    pub keys_open: RwSignal<bool>,
}

impl Portal {
    fn new() -> Self {
        Self {
            session: RwSignal::new(SessionState::Loading),
            expired: RwSignal::new(false),
            online: RwSignal::new(window().navigator().on_line()),
            signing_out: StoredValue::new(false),
            freshness: RwSignal::new(None),
            live: RwSignal::new(LiveState::Closed),
            inbox: InboxState::new(),
            toast: RwSignal::new(None),
            now: RwSignal::new(platform::now()),
            keys_open: RwSignal::new(false),
        }
    }

    /// Names the person among those who use this browser: what is kept here is kept apart by it.
    pub fn who(self) -> String {
        self.session.with_untracked(|state| match state {
            SessionState::In(session) => session.email.clone().unwrap_or_else(|| session.name.clone()),
            _ => String::new(),
        })
    }

    /// Whether the person is an admin somewhere.
    pub fn is_admin(self) -> bool {
        self.session.with(|state| match state {
            SessionState::In(session) => session.projects.iter().any(|project| project.role == Role::Admin),
            _ => false,
        })
    }

    /// Says something short.
    pub fn say(self, words: impl Into<String>) {
        let words = words.into();
        self.toast.set(Some(words.clone()));
        leptos::task::spawn_local(async move {
            platform::sleep(4_000).await;
            self.toast.update(|said| {
                if said.as_ref() == Some(&words) {
                    *said = None;
                }
            });
        });
    }
}

/// What all pages share.
pub fn portal() -> Portal {
    expect_context::<Portal>()
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let portal = Portal::new();
    provide_context(portal);
    window_event_listener(ev::online, move |_| portal.online.set(true));
    window_event_listener(ev::offline, move |_| portal.online.set(false));
    set_interval(move || portal.now.set(platform::now()), std::time::Duration::from_secs(30));
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Frame>
                    <Route path=path!("") view=InboxPage/>
                    <Route path=path!("tasks/:id") view=TaskArea/>
                    <Route path=path!("files/:id") view=FileArea/>
                    <Route path=path!("schemas") view=SchemasArea/>
                    <Route path=path!("schemas/:id") view=SchemaArea/>
                    <Route path=path!("schemas/:id/attributes/:aid") view=AttributeArea/>
                    <Route path=path!("changes") view=ChangesArea/>
                </ParentRoute>
                <Route path=path!("/signin/callback") view=CallbackArea/>
                <Route path=path!("/signed-out") view=session::pages::SignedOutPage/>
            </Routes>
        </Router>
        <Toast/>
    }
}

/// The frame of all pages that need somebody signed in: finds out who it is, then shows navigation and page.
#[component]
fn Frame() -> impl IntoView {
    let portal = portal();
    session::find_out(portal);
    view! {
        {move || match portal.session.get() {
            SessionState::Loading => ().into_any(),
            SessionState::Leaving => wait(Kind::Page, t(crate::text::session::SIGNING_IN)),
            SessionState::Stopped(failure) => session::pages::stopped(failure.as_ref()),
            SessionState::In(session) => match session::pages::unusable(&session) {
                Some(page) => page,
                None => view! { <Inside/> }.into_any(),
            },
        }}
    }
}

/// Navigation, bars and the page, for somebody who has a place in Diffgram.
#[component]
fn Inside() -> impl IntoView {
    let portal = portal();
    live::start(portal);
    view! {
        <a class="skip" href="#main">{t(app::SKIP)}</a>
        <div class="shell">
            <Nav/>
            <main class="main" id="main" tabindex="-1">
                <Bars/>
                <Outlet/>
            </main>
        </div>
        <KeysDialog/>
    }
}

/// No page has this address.
#[component]
fn NotFound() -> impl IntoView {
    let words = vec![t(app::NOT_FOUND_WORDS).to_owned()];
    notice(Kind::Page, t(app::NOT_FOUND_TITLE), words, vec![to_tasks()])
}

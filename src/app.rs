//! The app: routes in one table, what all pages share, and the frame around them.

use leptos::{ev, prelude::*};
use portal_model::{
    api::{Account, Freshness},
    person::Role,
};

use crate::{
    areas::{self, CallbackArea},
    explorer::ExplorerState,
    filters::FiltersState,
    inbox::{InboxPage, InboxState},
    links::Part as LinksPart,
    live::{self, LiveState},
    next::NextState,
    palette,
    paths::{self, Page},
    platform,
    route::Route,
    session::{self, SessionState},
    text::{app, t},
    ui::{
        bars::Bars,
        bell::Bell,
        changing::{at_times, changing},
        keys::Keys,
        links::{Asked, LinksHost},
        nav::Nav,
        notice::{Kind, notice, to_tasks, wait},
        readers::forget,
        toast::Toast,
    },
};

/// What all pages share. Lives as long as the page.
#[derive(Clone, Copy)]
pub struct Portal {
    /// Where the page is.
    pub route: Route,
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
    /// What comes next.
    pub next: NextState,
    /// "Files": kept in the same way, once somebody was there. [`Portal::explorer`] makes it, with its chunk.
    pub files: StoredValue<Option<ExplorerState>>,
    /// Filters of my tasks: in the same way. [`Portal::filters`] makes it, with its chunk.
    pub filtering: StoredValue<Option<FiltersState>>,
    /// The address of "Files", as it was left.
    pub files_at: RwSignal<String>,
    /// What lives as long as the page belongs to this.
    pub root: StoredValue<Option<Owner>>,
    /// What is shown is about to be read again: others who want that need not ask.
    pub rereading: StoredValue<bool>,
    /// Counts up when the stream says that what is shown should be read again.
    pub again: RwSignal<u32>,
    /// A short word that goes away by itself.
    pub toast: RwSignal<Option<String>>,
    /// Milliseconds since the epoch, once every half minute: what "2 hours ago" is counted from.
    pub now: RwSignal<f64>,
    /// Whether the list of keys is open.
    pub keys_open: RwSignal<bool>,
    /// Of what the links are shown.
    pub links: RwSignal<Option<Asked>>,
    /// Whether the palette is open.
    pub palette_open: RwSignal<bool>,
    /// What happened to my tasks, as far as the bell shows it.
    pub news: Bell,
}

impl Portal {
    fn new() -> Self {
        Self {
            route: Route::start(),
            session: RwSignal::new(SessionState::Loading),
            expired: RwSignal::new(false),
            online: RwSignal::new(window().navigator().on_line()),
            signing_out: StoredValue::new(false),
            freshness: RwSignal::new(None),
            live: RwSignal::new(LiveState::Closed),
            inbox: InboxState::new(),
            next: NextState::new(),
            files: StoredValue::new(None),
            filtering: StoredValue::new(None),
            files_at: RwSignal::new(paths::at(paths::EXPLORER)),
            root: StoredValue::new(Owner::current()),
            rereading: StoredValue::new(false),
            again: RwSignal::new(0),
            toast: RwSignal::new(None),
            now: RwSignal::new(platform::now()),
            keys_open: RwSignal::new(false),
            links: RwSignal::new(None),
            palette_open: RwSignal::new(false),
            news: Bell::default(),
        }
    }

    /// Names the person among those who use this browser: what is kept here is kept apart by it.
    pub fn who(self) -> String {
        self.session.with_untracked(|state| match state {
            SessionState::In(session) => session.email.clone().unwrap_or_else(|| session.name.clone()),
            _ => String::new(),
        })
    }

    /// A page is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.freshness);
        forget(&self.live);
        forget(&self.again);
        forget(&self.now);
        forget(&self.inbox.said);
    }

    /// The frame around the pages is left: what it read here outlives it.
    fn frame_left(self) {
        self.route.left();
        forget(&self.session);
        forget(&self.expired);
        forget(&self.online);
        forget(&self.files_at);
        forget(&self.keys_open);
        forget(&self.palette_open);
        self.news.left();
        forget(&self.inbox.todo);
        self.left();
    }

    /// Whether the person is an admin somewhere.
    pub fn is_admin(self) -> bool {
        self.is_at_least(Role::Admin)
    }

    /// Whether the person is this or more somewhere.
    pub fn is_at_least(self, role: Role) -> bool {
        self.session.with(|state| match state {
            SessionState::In(session) => session.projects.iter().any(|project| project.role >= role),
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
    let page = portal.route.page();
    // The frame stays while the pages in it change.
    let part = Memo::new(move |_| match page.get() {
        Some(Page::Callback) => Part::Callback,
        Some(Page::SignedOut) => Part::SignedOut,
        Some(Page::Window(_)) => Part::Window,
        Some(_) => Part::Frame,
        None => Part::Nothing,
    });
    take_over(portal, part);
    view! {
        {changing(move || around(portal, part.get()))}
        <Toast/>
    }
}

/// What stands around the page, and what happens when that goes.
fn around(portal: Portal, part: Part) -> AnyView {
    match part {
        Part::Callback => CallbackArea().into_any(),
        Part::SignedOut if paths::is_embedded() => areas::embed_out(),
        Part::SignedOut => session::pages::SignedOutPage().into_any(),
        Part::Window => areas::embed_window(),
        Part::Frame => {
            // Here, not within the frame: what is forgotten would wake whoever shows it while that cleans up.
            on_cleanup(move || portal.frame_left());
            if paths::is_embedded() { areas::embed() } else { Frame().into_any() }
        }
        Part::Nothing => NotFound().into_any(),
    }
}

/// What `index.html` and `init.js` show until the wasm runs goes as soon as there is something in its place. In a frame that
/// is at once: what it says while it waits is its own.
fn take_over(portal: Portal, part: Memo<Part>) {
    let page = portal.route.page();
    let ready = Memo::new(move |_| {
        let inbox = portal.inbox;
        let has_list = move || inbox.total.read().is_some() || inbox.failure.read().is_some();
        match &*portal.session.read() {
            _ if part.get() != Part::Frame || paths::is_embedded() => true,
            SessionState::Loading => false,
            SessionState::In(session) if session.account == Account::Known => {
                page.get() != Some(Page::Inbox) || has_list()
            }
            _ => true,
        }
    });
    Effect::new(move |_| {
        if ready.get() {
            leptos::task::spawn_local(async {
                // After all that follows from it has been drawn.
                platform::sleep(0).await;
                platform::started();
            });
        }
    });
}

/// What stands around a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Callback,
    SignedOut,
    Window,
    Frame,
    Nothing,
}

/// The page of an address, for somebody signed in: the one table of what is shown where.
fn shown(page: Page) -> AnyView {
    match page {
        Page::Inbox => InboxPage().into_any(),
        Page::Task(id) => areas::task(id),
        Page::File(id) => areas::file(id),
        Page::Next => areas::next(),
        Page::Jobs => areas::jobs(),
        Page::Explorer => areas::explorer(),
        Page::Schemas => areas::schemas(),
        Page::Schema(id) => areas::schema(id),
        Page::Changes => areas::changes(),
        Page::Reading => areas::reading(),
        Page::Hosts => areas::hosts(),
        Page::Go => areas::go(),
        Page::Open => areas::open(),
        Page::Callback | Page::SignedOut | Page::Window(_) => ().into_any(),
    }
}

/// The frame of all pages that need somebody signed in: finds out who it is, then shows navigation and page.
#[component]
fn Frame() -> impl IntoView {
    let portal = portal();
    session::find_out(portal);
    view! {
        {changing(move || match portal.session.get() {
            SessionState::Loading | SessionState::Out { .. } => ().into_any(),
            SessionState::Leaving => wait(Kind::Page, t(crate::text::session::SIGNING_IN)),
            SessionState::Stopped(failure) => session::pages::stopped(failure.as_ref()),
            SessionState::In(session) if session.account != Account::Known => areas::unusable(&session),
            SessionState::In(_) => inside("shell", view! { <Nav/> }.into_any()),
        })}
    }
}

/// What leads around, the bars and the page, for somebody who has a place in Diffgram: at top level, and in a frame.
pub fn inside(shell: &'static str, around: AnyView) -> AnyView {
    let portal = portal();
    live::start(portal);
    if portal
        .session
        .with_untracked(|state| matches!(state, SessionState::In(session) if session.diffgram_login.is_some()))
    {
        areas::of_links(LinksPart::FirstClick(portal));
    }
    let page = portal.route.page();
    view! {
        <a class="skip" href="#main">{t(app::SKIP)}</a>
        <div class=shell>
            {around}
            <main class="main" id="main" tabindex="-1">
                <Bars/>
                {at_times(move || page.get().map(shown))}
            </main>
        </div>
        <Keys/>
        <LinksHost/>
        <palette::Opener/>
    }
    .into_any()
}

/// No page has this address.
#[component]
fn NotFound() -> impl IntoView {
    let words = vec![t(app::NOT_FOUND_WORDS).to_owned()];
    notice(Kind::Page, t(app::NOT_FOUND_TITLE), words, vec![to_tasks()])
}

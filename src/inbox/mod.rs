//! "My tasks": a list that is never slow, in the order and with the filter of its address.

pub mod bulk;
mod columns;
mod empty;
mod list;
mod position;
mod row;
mod select;
mod state;

use leptos::{ev, prelude::*};
use portal_model::{
    api::{TabCounts, TaskSort, Whose},
    task::Tab,
};

use crate::{
    app::portal,
    areas,
    live::LiveState,
    next::UpNextLine,
    paths::{self, InboxView, Page},
    platform,
    text::{Key, inbox as words, number, t, t_count, t_with},
    ui::changing::{at_times, changing, saying},
};

pub use row::{diffgram_link, kind_word};
pub use state::{InboxState, Said};

/// Goes to what is to be shown; `true` in place of what is shown.
pub type Go = Callback<(InboxView, bool)>;

const TABS: [(Tab, Key); 5] = [
    (Tab::Todo, words::TAB_TODO),
    (Tab::SentBack, words::TAB_SENT_BACK),
    (Tab::InReview, words::TAB_IN_REVIEW),
    (Tab::Done, words::TAB_DONE),
    (Tab::All, words::TAB_ALL),
];
const SORTS: [(TaskSort, Key); TaskSort::ALL.len()] = [
    (TaskSort::Newest, words::SORT_NEWEST),
    (TaskSort::Oldest, words::SORT_OLDEST),
    (TaskSort::Due, words::SORT_DUE),
    (TaskSort::DueBack, words::SORT_DUE_BACK),
    (TaskSort::Name, words::SORT_NAME),
    (TaskSort::NameBack, words::SORT_NAME_BACK),
    (TaskSort::Job, words::SORT_JOB),
    (TaskSort::JobBack, words::SORT_JOB_BACK),
    (TaskSort::Dataset, words::SORT_DATASET),
    (TaskSort::DatasetBack, words::SORT_DATASET_BACK),
    (TaskSort::Status, words::SORT_STATUS),
    (TaskSort::StatusBack, words::SORT_STATUS_BACK),
    (TaskSort::Created, words::SORT_CREATED),
    (TaskSort::CreatedBack, words::SORT_CREATED_BACK),
];

/// Typing rests this long before the address changes, in milliseconds: longer than a slip of the finger, shorter than anybody waits.
const REST: u32 = 30;

/// The page.
#[component]
pub fn InboxPage() -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let address = portal.route.address();
    document().set_title(t(words::TITLE));
    on_cleanup(move || {
        inbox.left();
        portal.left();
    });
    Effect::new(move |_| {
        // On the way to another page the address is that page's already.
        let view = address.with(|address| {
            (paths::page(&address.path) == Some(Page::Inbox)).then(|| InboxView::read(|name| address.parameter(name)))
        });
        if let Some(view) = view {
            inbox.open(portal, view);
        }
    });
    // The address is the truth: changing what is shown is going somewhere.
    let go = Go::new(
        move |(view, replace): (InboxView, bool)| {
            if replace { portal.route.replace(&view.path()) } else { portal.route.go(&view.path()) }
        },
    );
    // What is not needed for the list comes once somebody asks for it, or filters are on.
    let tools = Memo::new(move |had: Option<&bool>| {
        had == Some(&true) || inbox.filters_open.get() || inbox.view.with(|view| !view.filter.is_empty())
    });
    // A page that was left with the filters open comes back without them.
    inbox.filters_open.set(false);
    let keys = window_event_listener(ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "f" && plain && !platform::is_typing() && !platform::is_asking() {
            event.prevent_default();
            inbox.filters_open.set(true);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <header class="inbox-head">
            <h1>{saying(move || t(if inbox.view.read().whose == Whose::Everyone { words::TITLE_EVERYONE } else { words::TITLE }).to_owned())}</h1>
            <LiveLine/>
            <select::WhoseSwitch go/>
            <span class="grow"></span>
            <Search go/>
            <label class="sr" for="sort">{t(words::SORT)}</label>
            <select id="sort" on:change=move |event| {
                let sort = TaskSort::from_name(&event_target_value(&event)).unwrap_or_default();
                go.run((InboxView { sort, ..inbox.view.get_untracked() }, false));
            }>
                {SORTS.map(|(sort, words)| view! {
                    <option value=sort.name() selected=Signal::derive(move || inbox.view.read().sort == sort)>{t(words)}</option>
                }).into_iter().collect_view()}
            </select>
            <button
                type="button" class="btn filters-button" aria-haspopup="dialog" aria-keyshortcuts="f"
                on:click=move |_| inbox.filters_open.set(true)
            >
                {t(words::FILTERS)}
                <small class="num">{saying(move || Some(inbox.view.read().filter.len()).filter(|on| *on > 0).map(|on| on.to_string()).unwrap_or_default())}</small>
            </button>
        </header>
        <UpNextLine/>
        <div class="tabs-line">
            <div class="tabs" role="tablist" aria-label=t(words::TITLE)>
                {TABS.map(|(tab, words)| view! { <TabButton tab words go/> }).into_iter().collect_view()}
            </div>
            {at_times(move || inbox.pins.get().then(areas::pins))}
            <span class="grow"></span>
            <position::Position/>
            <position::DensityButton/>
        </div>
        <div class="filter-place" class:filtered=Signal::derive(move || !inbox.view.read().filter.is_empty())>
            {at_times(move || tools.get().then(|| areas::filters(go)))}
        </div>
        <section class="list" id="tasks" role="tabpanel" aria-label=t(words::LIST)>
            <div class="new-rows">
                {at_times(move || (inbox.fresh.get() > 0).then(|| view! {
                    <button type="button" class="btn primary" on:click=move |_| inbox.show_new(portal)>
                        {t_count(words::NEW_ONE, words::NEW_OTHER, inbox.fresh.get())}
                    </button>
                }.into_any()))}
            </div>
            <p class="sr" role="status">{saying(move || inbox.total.get().map(|total| t_count(words::FOUND_ONE, words::FOUND_OTHER, total)).unwrap_or_default())}</p>
            // Before the rows, so that the keyboard need not pass all of them; shown below them.
            <select::Chosen/>
            {
                // The list stays while its length changes.
                let some = Memo::new(move |_| inbox.total.get().map(|total| total > 0));
                changing(move || match some.get() {
                    Some(true) => view! { <list::TaskList go/> }.into_any(),
                    Some(false) => areas::empty(go),
                    None => at_times(move || inbox.failure.get().map(|failure| view! { <empty::Failed failure/> }.into_any())),
                })
            }
        </section>
    }
}

/// How true a list is.
#[component]
pub fn LiveLine() -> impl IntoView {
    let portal = portal();
    let words = move || {
        let freshness = portal.freshness.read();
        let freshness = freshness.as_ref()?;
        Some(match (&freshness.as_of, portal.live.get()) {
            _ if !freshness.complete => (false, t_with(words::READING, &[("percent", &freshness.percent.to_string())])),
            (Some(at), _) if !freshness.diffgram_up => (false, t_with(words::AS_OF, &[("time", &platform::clock(at))])),
            (_, LiveState::Open) => (true, t(words::LIVE).to_owned()),
            _ => (false, t(words::CONNECTING).to_owned()),
        })
    };
    at_times(move || {
        words().map(|(fresh, words)| view! { <span class="live" class:old=!fresh>{words}</span> }.into_any())
    })
}

/// The search: what is typed shows at once, the list follows a moment later.
#[component]
fn Search(go: Go) -> impl IntoView {
    let inbox = portal().inbox;
    let typed = RwSignal::new(inbox.view.with_untracked(|view| view.q.clone()));
    let field = NodeRef::<leptos::html::Input>::new();
    // Back and forward change the address without typing.
    Effect::new(move |_| {
        let q = inbox.view.read().q.clone();
        let is_here =
            field.get_untracked().is_some_and(|field| document().active_element().as_ref() == Some(field.as_ref()));
        if !is_here {
            typed.set(q);
        }
    });
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "/" && !platform::is_typing() && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        }
    });
    on_cleanup(move || listener.remove());
    let settle = move |text: String| {
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if typed.try_with_untracked(|now| *now == text) == Some(true) {
                go.run((InboxView { q: text.trim().to_owned(), ..inbox.view.get_untracked() }, true));
            }
        });
    };
    view! {
        <div class="search">
            <label class="sr" for="search">{t(words::SEARCH)}</label>
            <input
                id="search" type="search" maxlength="200" autocomplete="off" spellcheck="false"
                placeholder=t(words::SEARCH_HINT) node_ref=field prop:value=typed
                on:input=move |event| {
                    let text = event_target_value(&event);
                    typed.set(text.clone());
                    settle(text);
                }
                on:keydown=move |event| {
                    // The browser empties the field first; a second time leaves it.
                    if event.key() == "Escape" && typed.with_untracked(String::is_empty)
                        && let Some(field) = field.get_untracked()
                    {
                        let _ = field.blur();
                    }
                }
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// One folder with its count.
#[component]
fn TabButton(tab: Tab, words: Key, go: Go) -> impl IntoView {
    let inbox = portal().inbox;
    let is_here = move || inbox.view.read().tab == tab;
    let count = move || {
        inbox.counts.with(|counts| counts.as_ref().map(|counts| number(count_of(counts, tab)))).unwrap_or_default()
    };
    view! {
        <button
            type="button" role="tab" aria-controls="tasks" aria-selected=Signal::derive(move || is_here().to_string())
            on:click=move |_| go.run((InboxView { tab, ..inbox.view.get_untracked() }, false))
        >
            {t(words)}<small class="num">{saying(count)}</small>
        </button>
    }
}

/// How many tasks a folder holds.
pub fn count_of(counts: &TabCounts, tab: Tab) -> u32 {
    match tab {
        Tab::Todo => counts.todo,
        Tab::SentBack => counts.sent_back,
        Tab::InReview => counts.in_review,
        Tab::Done => counts.done,
        Tab::All => counts.all,
    }
}

//! "Files": many of them at once with what people and models drew, by a query that lives in the address.

mod beside;
mod complete;
mod controls;
mod empty;
mod export;
mod facets;
mod field;
mod form;
mod grid;
mod help;
mod layout;
mod pick;
mod preview;
mod quick;
mod state;
mod table;
mod tile;
mod view_dialog;
mod views;
mod wrong;

use leptos::prelude::*;
use portal_model::api::explorer::{FileNames, path};

use crate::{
    api,
    app::{Portal, portal},
    inbox::LiveLine,
    paths::{self, ExplorerView, Page},
    text::{app, explorer as words, t, t_count, t_with},
};

pub use state::ExplorerState;

/// Goes to what is to be shown; `true` in place of what is shown.
type Go = Callback<(ExplorerView, bool)>;

impl Portal {
    /// What "Files" knows: made when somebody goes there first, and kept as long as the page.
    pub fn explorer(self) -> ExplorerState {
        if let Some(made) = self.files.get_value() {
            return made;
        }
        let made = self.root.with_value(|root| match root {
            Some(root) => root.with(ExplorerState::new),
            None => ExplorerState::new(),
        });
        self.files.set_value(Some(made));
        made
    }
}

/// The page.
#[component]
pub fn ExplorerPage() -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let address = portal.route.address();
    document().set_title(t(words::TITLE));
    explorer.on_screen.set_value(true);
    on_cleanup(move || {
        explorer.left();
        portal.left();
    });
    Effect::new(move |_| portal.files_at.set(explorer.view.read().path()));
    Effect::new(move |_| {
        // On the way to another page the address is that page's already.
        let view = address.with(|address| {
            (paths::page(&address.path) == Some(Page::Explorer))
                .then(|| ExplorerView::read(|name| address.parameter(name)))
        });
        if let Some(view) = view {
            explorer.open(portal, view);
        }
    });
    // The address is the truth: changing what is shown is going somewhere.
    let go = Go::new(
        move |(view, replace): (ExplorerView, bool)| {
            if replace { portal.route.replace(&view.path()) } else { portal.route.go(&view.path()) }
        },
    );
    // What came while another page was shown is read now, and then whenever the stream says so.
    Effect::new(move |before: Option<u32>| {
        let again = portal.again.get();
        if before.is_some() {
            explorer.read_again(portal);
        }
        read_names(portal);
        again
    });
    let form_open = RwSignal::new(false);
    let export = export::Export::default();
    let beside = beside::Beside::new(portal);
    view! {
        <header class="explorer-head">
            <h1>{t(words::TITLE)}</h1>
            <LiveLine/>
            <span class="grow"></span>
            <controls::CompareLink/>
            <controls::Sizes go/>
        </header>
        <div class="explorer-ask">
            <field::QueryField go/>
            <form::FormButton open=form_open/>
            <controls::Order go/>
            <views::SaveButton/>
            <export::ExportButton export/>
        </div>
        <wrong::Wrong go/>
        <form::QueryForm open=form_open go/>
        <controls::QuickChips go/>
        <views::Views/>
        <div class="explorer-line">
            <facets::FacetsButton/>
            <p class="found" role="status">{move || found(portal, explorer)}</p>
            <span class="grow"></span>
            <beside::BesideButton go/>
            <controls::Drawn go/>
        </div>
        {move || explorer.failure.get().filter(|_| explorer.total.get().is_some()).map(|failure| view! {
            <div class="bar" role="alert">
                {t(words::FAILED)}" "{failure.words()}
                <button type="button" class="btn" on:click=move |_| explorer.read_again(portal)>{t(app::TRY_AGAIN)}</button>
            </div>
        })}
        <div class="explorer-body">
            <facets::FacetsPanel go/>
            <section class="list" aria-label=t(words::GRID) on:pointerenter=move |_| beside::leads(beside, true) on:focusin=move |_| beside::leads(beside, true)>
                <beside::FirstHead beside/>
                {
                    let some = Memo::new(move |_| explorer.total.get().map(|total| total > 0));
                    move || match some.get() {
                        Some(true) => view! { <grid::Grid go/> }.into_any(),
                        Some(false) => view! { <empty::Empty go/> }.into_any(),
                        None => view! { <empty::NotYet go/> }.into_any(),
                    }
                }
            </section>
            <beside::Second beside go/>
        </div>
        <pick::PickedBar export/>
        <export::ExportDialog export/>
        <view_dialog::ViewDialog/>
    }
}

/// How many there are, as truly as it is known.
fn found(portal: Portal, explorer: ExplorerState) -> Option<String> {
    let total = explorer.total.get()?;
    let reading = portal.freshness.with(|known| known.as_ref().is_some_and(|known| !known.complete));
    let (one, other) = if explorer.is_a_lower_bound() {
        (words::LEAST_ONE, words::LEAST_OTHER)
    } else if reading {
        (words::READING_ONE, words::READING_OTHER)
    } else {
        (words::FOUND_ONE, words::FOUND_OTHER)
    };
    let found = t_count(one, other, total);
    Some(match explorer.annotated.get() {
        100 => found,
        percent => t_with(words::ANNOTATIONS_READ, &[("found", &found), ("percent", &percent.to_string())]),
    })
}

/// Names for completion. Without them one can still type.
fn read_names(portal: Portal) {
    leptos::task::spawn_local(async move {
        if let Ok(names) = api::get_fresh::<FileNames>(path::FILE_NAMES).await {
            let _ = portal.explorer().names.try_set(names);
        }
    });
}

//! One task in the list. Drawn only while near the opening; changes in place when the gateway says so.

use leptos::{prelude::*, reactive::graph::Source};
use portal_model::{
    api::{Media, Whose, path},
    file::FileKind,
    permalink::{self, DiffgramOrigin, TaskLink},
    task::{TaskRow, TaskStatus},
    time::Timestamp,
};
use wasm_bindgen::JsCast;

use super::select;
use crate::{
    app::{Portal, portal},
    paths, platform,
    session::SessionState,
    text::{inbox as words, kind as kinds, number, t, t_count, t_with},
    ui::{
        ago::Ago,
        changing::{changing, saying},
        links::{About, LinksButton},
        pill::StatusPill,
        readers::forget,
    },
};

/// The link into Diffgram, when its address is known.
pub fn diffgram_link(portal: Portal, row: &TaskRow, how: TaskLink) -> Option<String> {
    // Another session is another page: nothing to follow.
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => {
            DiffgramOrigin::parse(&session.diffgram).ok().map(|origin| permalink::task(&origin, row.id, how))
        }
        _ => None,
    })
}

/// Readers of what all rows share are swept out once in so many rows.
const SWEPT: u32 = 64;

/// A row, or its place while it has not come.
#[component]
pub fn Row(index: u32) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let slot = inbox.slot(index);
    let read = slot.clone();
    on_cleanup(move || {
        // Nobody else reads it.
        read.clear_subscribers();
        if index.is_multiple_of(SWEPT) {
            forget(&inbox.selected);
            forget(&inbox.density);
            forget(&inbox.picked.ids);
            forget(&portal.now);
        }
    });
    let (leaving, changed) = (slot.clone(), slot.clone());
    let (here, picked) = (slot.clone(), slot.clone());
    let open = move |event: web_sys::MouseEvent| {
        if select::clicked(portal, index, &event) {
            return;
        }
        inbox.selected.set(Some(index));
        // Links and buttons within do their own thing.
        let on_a_link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("a, button").ok().flatten());
        if on_a_link.is_none()
            && let Some(id) = here.with_untracked(|slot| slot.row.as_ref().map(|row| row.id))
        {
            portal.route.go(&paths::task(id, None));
        }
    };
    view! {
        <div
            class="row" role="row" id=format!("row-{index}") aria-rowindex=(index + 1).to_string()
            aria-selected=move || inbox.picked.shows(index, picked.with(|slot| slot.row.as_ref().map(|row| row.id)), inbox.selected).to_string()
            class:here=move || inbox.selected.get() == Some(index)
            class:leaving=move || leaving.with(|slot| slot.leaving)
            class:changed=move || changed.with(|slot| slot.changes > 0)
            style:transform=move || format!("translateY({}px)", platform::fixed(f64::from(index) * inbox.density.get().row(), 0))
            on:click=open
        >
            {changing(move || match slot.get().row {
                Some(row) => view! { <Cells row index/> }.into_any(),
                None => view! { <div role="gridcell" class="thumb"></div><div role="gridcell"><div class="bone"></div></div> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn Cells(row: TaskRow, index: u32) -> impl IntoView {
    let portal = portal();
    let link = diffgram_link(portal, &row, TaskLink::default());
    let (job, dataset) = (row.job.name.clone(), row.dataset.as_ref().map(|dataset| dataset.name.clone()));
    let (due, issues) = (row.due.clone(), row.open_issues);
    let is_open = row.status != TaskStatus::Complete;
    // Whose it is, where it may be anybody's.
    let who = portal.inbox.view.with_untracked(|view| view.whose == Whose::Everyone).then(|| {
        let names = if row.assignees.is_empty() { t(words::NOBODY).to_owned() } else { row.assignees.join(", ") };
        view! { <bdi class="who" title=names.clone()>{names.clone()}</bdi> }
    });
    let label = t_with(words::OPENS, &[("name", &row.file.name)]);
    let (status, updated) = ((row.status.clone(), row.part), row.updated.clone());
    let name = row.file.name.clone();
    let linked = row.clone();
    view! {
        <div role="gridcell" class="thumb-cell"><Thumb row=row.clone()/><select::Pick id=row.id index name=row.file.name.clone()/></div>
        <div role="gridcell" class="what">
            <a class="name" href=paths::task(row.id, None) title=name.clone() tabindex="-1"><bdi>{name.clone()}</bdi></a>
            {who}
            {(issues > 0).then(|| {
                let said = t_count(words::ISSUES_ONE, words::ISSUES_OTHER, issues);
                view! { <small class="issues" role="img" aria-label=said.clone() title=said>{number(issues)}</small> }
            })}
        </div>
        <div role="gridcell" class="job-cell where" title=job.clone()><bdi>{job.clone()}</bdi></div>
        <div role="gridcell" class="dataset-cell where">{dataset.map(|dataset| view! { <bdi title=dataset.clone()>{dataset.clone()}</bdi> })}</div>
        <div role="gridcell" class="status-cell"><StatusPill status=Signal::stored(status)/></div>
        <div role="gridcell" class="due-cell age">{due.map(|due| view! { <Due due is_open/> })}</div>
        <div role="gridcell" class="age-cell age"><Ago time=Signal::stored(updated)/></div>
        <div role="gridcell" class="open-cell">
            {link.map(|link| view! {
                <a class="btn" id=format!("open-{index}") href=link target="_blank" rel="noopener" title=label><span class="label">{t(words::OPEN)}</span><i aria-hidden="true">"↗"</i></a>
            })}
            <LinksButton name about=move || Some(About::Task(Box::new(linked.clone()), None))/>
        </div>
    }
}

/// Until when: the day, and a word when it is over and the task is not done.
#[component]
fn Due(due: Timestamp, is_open: bool) -> impl IntoView {
    let now = portal().now;
    let (exact, at) = (t_with(words::DUE_AT, &[("time", &platform::exact(&due))]), due.0.clone());
    let due = StoredValue::new(due);
    let is_late = move || is_open && due.with_value(|due| platform::is_over(due, now.get()));
    view! {
        <time dir="auto" datetime=at title=exact class:late=is_late>
            {saying(move || if is_late() { t(words::OVERDUE).to_owned() } else { due.with_value(|due| platform::in_days(due, now.get())) })}
        </time>
    }
}

/// The small picture, or a word for what kind of file it is.
#[component]
fn Thumb(row: TaskRow) -> impl IntoView {
    let failed = RwSignal::new(!row.file.has_thumb);
    let source = paths::at(&path::media(row.file.id, Media::Thumb));
    let kind = kind_word(&row.file.kind);
    changing(move || {
        if failed.get() {
            view! { <div class="thumb" aria-hidden="true">{kind.clone()}</div> }.into_any()
        } else {
            view! { <img class="thumb" src=source.clone() alt="" width="64" height="44" decoding="async" on:error=move |_| { let _ = failed.try_set(true); }/> }
                .into_any()
        }
    })
}

/// What a kind of file is called.
pub fn kind_word(kind: &FileKind) -> String {
    let key = match kind {
        FileKind::Image => kinds::IMAGE,
        FileKind::Video => kinds::VIDEO,
        FileKind::Text => kinds::TEXT,
        FileKind::Audio => kinds::AUDIO,
        FileKind::Geospatial => kinds::GEOSPATIAL,
        FileKind::PointCloud => kinds::POINT_CLOUD,
        FileKind::Compound => kinds::COMPOUND,
        FileKind::Other(word) => return word.clone(),
    };
    t(key).to_owned()
}

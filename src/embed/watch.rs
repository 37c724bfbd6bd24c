//! What happens in the frame, told to the page around it: where it goes, which task is opened, which is done.

use std::collections::HashSet;

use leptos::{ev, prelude::*};
use portal_model::{
    api::embed::EmbedHost,
    embed::{FromFrame, MAX_SELECTED},
    id::{FileId, SchemaId, TaskId},
    permalink::{self, DiffgramOrigin},
    task::{Part, Tab},
};
use wasm_bindgen::JsCast;

use super::around::say;
use crate::{
    app::Portal,
    inbox::Said,
    paths,
    platform::{APPLIED, PICKED},
    session::SessionState,
};

/// Tells for as long as the component that calls this is shown.
pub fn start(portal: Portal, host: EmbedHost) {
    let host = StoredValue::new(host);
    let tell = move |message| host.with_value(|host| say(host, message));
    let todo = StoredValue::new(HashSet::<TaskId>::new());

    let address = portal.route.address();
    Effect::new(move |before: Option<String>| {
        let path = paths::inside(&address.read().to_text()).to_owned();
        if before.is_some_and(|before| before != path) {
            tell(FromFrame::Navigate { path: path.clone() });
        }
        path
    });

    // A click with any button: tasks are opened in tabs.
    let opened = move |event: web_sys::MouseEvent| {
        if let Some(task) = task_of(portal, &event) {
            todo.update_value(|todo| {
                todo.insert(task);
            });
            tell(FromFrame::TaskOpen { task });
        }
    };
    let clicks = [window_event_listener(ev::click, opened), window_event_listener(ev::auxclick, opened)];
    on_cleanup(move || clicks.into_iter().for_each(WindowListenerHandle::remove));

    // What is selected: of very much the first, and how many.
    let files = RwSignal::new((Vec::<FileId>::new(), 0_u32));
    hears(PICKED, move |text| {
        let (count, ids) = text.split_once(' ').unwrap_or((&text, ""));
        let ids = ids.split(',').filter_map(|id| id.parse().ok()).map(FileId).take(MAX_SELECTED).collect();
        files.set((ids, count.parse().unwrap_or_default()));
    });
    Effect::new(move |before: Option<(Vec<TaskId>, Vec<FileId>, u32)>| {
        let (mut tasks, mut total) = (Vec::new(), 0);
        portal.inbox.picked.ids.with(|ids| {
            total += u32::try_from(ids.len()).unwrap_or(u32::MAX);
            tasks.extend(ids.iter().take(MAX_SELECTED).copied());
        });
        let (files, of_files) = files.get();
        let now = (tasks, files, total.saturating_add(of_files));
        if before.is_some_and(|before| before != now) {
            let (tasks, files, total) = now.clone();
            tell(FromFrame::SelectionChange { tasks, files, total });
        }
        now
    });
    let applied = move |text: String| {
        let mut parts = text.split(' ');
        let schema = parts.next().and_then(|id| id.parse().ok()).map(SchemaId);
        if let (Some(schema), Some(version)) = (schema, parts.next().and_then(|n| n.parse().ok())) {
            tell(FromFrame::SchemaApplied { schema, version });
        }
    };
    hears(APPLIED, applied);

    // A task that is seen to leave "to do" of the one it is assigned to is done, once.
    Effect::new(move |_| {
        let Some(Said::Row(row)) = portal.inbox.said.get() else { return };
        if !matches!(row.part, Part::Assignee | Part::Both) {
            return;
        }
        match Tab::of(&row.status, row.part) {
            Some(Tab::Todo) => todo.update_value(|todo| {
                todo.insert(row.id);
            }),
            Some(Tab::InReview | Tab::Done) => {
                let mut was_todo = false;
                todo.update_value(|todo| was_todo = todo.remove(&row.id));
                if was_todo {
                    tell(FromFrame::TaskCompleted { task: row.id });
                }
            }
            _ => {}
        }
    });
}

/// An event of another part ([`crate::platform::tell`]), for as long as the component that calls this is shown.
fn hears(event: &'static str, said: impl Fn(String) + 'static) {
    let listener = window_event_listener_untyped(event, move |event| {
        let detail = js_sys::Reflect::get(&event, &"detail".into()).ok().and_then(|detail| detail.as_string());
        said(detail.unwrap_or_default());
    });
    on_cleanup(move || listener.remove());
}

/// The task that a click on a link opens in Diffgram.
fn task_of(portal: Portal, event: &web_sys::MouseEvent) -> Option<TaskId> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = target.closest("a[href]").ok().flatten()?.get_attribute("href")?;
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => {
            DiffgramOrigin::parse(&session.diffgram).ok().and_then(|origin| permalink::task_of(&origin, &link))
        }
        _ => None,
    })
}

//! What the palette offers: pages, lists, actions, people whose eyes admins may look through, views, jobs, tasks, and where
//! somebody was by it before.

use leptos::prelude::*;
use portal_model::{
    api::{
        TaskList, Whose,
        acting::{Member, path as acting},
        explorer::{View, path as explorer},
        path,
    },
    id::UserId,
    person::Role,
    task::Tab,
};
use serde::{Deserialize, Serialize};

use crate::{
    api,
    app::Portal,
    paths::{self, ExplorerView, InboxView},
    platform,
    session::SessionState,
    text::{Key, app, explorer as files, inbox, jobs, keys, next, palette as words, schema, t, t_with},
};

/// Tasks of a search at the most.
const TASKS: u32 = 8;
/// Places that are remembered.
const RECENT: usize = 8;

/// One offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Under which heading.
    pub group: Key,
    /// What it is called. Untrusted text.
    pub label: String,
    /// What it is, when the name does not say.
    pub note: String,
    /// What it does.
    pub go: Go,
}

/// What an offer does.
#[derive(Clone, Debug, PartialEq)]
pub enum Go {
    /// Goes to a page.
    To(String),
    /// Takes the next task.
    Next,
    /// Shows the keys.
    Keys,
    /// Looks through somebody's eyes.
    SeeAs(Member),
    /// Ends that.
    StopSeeing,
    /// Signs out.
    SignOut,
}

/// A place that was gone to by the palette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Recent {
    label: String,
    to: String,
}

fn to(group: Key, label: impl Into<String>, path: String) -> Item {
    Item { group, label: label.into(), note: String::new(), go: Go::To(path) }
}

/// Pages and actions: what is known without asking.
pub fn fixed(portal: Portal) -> Vec<Item> {
    let pages = words::PAGES;
    let tab = |tab, key| {
        to(pages, format!("{}: {}", t(inbox::TITLE), t(key)), InboxView { tab, ..InboxView::default() }.path())
    };
    let mut items = vec![
        to(pages, t(inbox::TITLE), InboxView::default().path()),
        tab(Tab::SentBack, inbox::TAB_SENT_BACK),
        tab(Tab::InReview, inbox::TAB_IN_REVIEW),
        tab(Tab::Done, inbox::TAB_DONE),
        tab(Tab::All, inbox::TAB_ALL),
        to(pages, t(files::TITLE), paths::at(paths::EXPLORER)),
    ];
    if !paths::is_embedded() {
        items.push(to(pages, t(next::TITLE), paths::NEXT.to_owned()));
    }
    let seen =
        portal.session.with_untracked(|state| matches!(state, SessionState::In(session) if session.seen_by.is_some()));
    if is_admin(portal) && !paths::is_embedded() {
        let all = InboxView { whose: Whose::Everyone, tab: Tab::All, ..InboxView::default() };
        items.push(to(pages, t(inbox::TITLE_EVERYONE), all.path()));
        items.push(to(pages, t(jobs::TITLE), paths::JOBS.to_owned()));
        items.push(to(pages, t(schema::TITLE), paths::SCHEMAS.to_owned()));
        items.push(to(pages, t(crate::text::changes::TITLE), paths::CHANGES.to_owned()));
        items.push(to(pages, t(crate::text::reading::TITLE), paths::READING.to_owned()));
        items.push(to(pages, t(crate::text::hosts::TITLE), paths::HOSTS.to_owned()));
    }
    let act = |label: Key, go: Go| Item { group: words::ACTIONS, label: t(label).to_owned(), note: String::new(), go };
    if seen {
        items.push(act(words::STOP_SEEING, Go::StopSeeing));
    } else {
        items.push(act(next::TAKE, Go::Next));
    }
    items.push(act(keys::TITLE, Go::Keys));
    if !paths::is_embedded() {
        items.push(act(app::SIGN_OUT, Go::SignOut));
    }
    items
}

fn is_admin(portal: Portal) -> bool {
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => session.projects.iter().any(|project| project.role == Role::Admin),
        _ => false,
    })
}

/// Views, and for admins the people whose eyes they may look through.
pub async fn fetched(portal: Portal) -> Vec<Item> {
    let mut items = Vec::new();
    if let Ok(views) = api::get_fresh::<Vec<View>>(explorer::VIEWS).await {
        items.extend(views.into_iter().map(|view| {
            let shows = ExplorerView::of(&view, &ExplorerView::default());
            to(words::VIEWS, view.name, paths::at(&shows.path()))
        }));
    }
    let admin_of: Vec<_> = portal.session.with_untracked(|state| match state {
        SessionState::In(session) if session.seen_by.is_none() && !paths::is_embedded() => {
            let admin = session.projects.iter().filter(|project| project.role == Role::Admin);
            admin.map(|project| project.id.clone()).collect()
        }
        _ => Vec::new(),
    });
    if !admin_of.is_empty()
        && let Ok(people) = api::get_fresh::<Vec<Member>>(acting::PEOPLE).await
    {
        let mut told: Vec<UserId> = Vec::new();
        let me = portal.session.with_untracked(|state| match state {
            SessionState::In(session) => session.name.clone(),
            _ => String::new(),
        });
        for member in people.into_iter().filter(|member| admin_of.contains(&member.project)) {
            if told.contains(&member.user) || member.name == me {
                continue;
            }
            told.push(member.user);
            items.push(Item {
                group: words::PEOPLE,
                label: t_with(words::SEE_AS, &[("name", &member.name)]),
                note: member.project.0.clone(),
                go: Go::SeeAs(member),
            });
        }
    }
    items
}

/// Jobs and tasks that fit: the gateway searches.
pub async fn tasks(portal: Portal, typed: &str) -> Vec<Item> {
    let whose = if is_admin(portal) { Whose::Everyone } else { Whose::Mine };
    let search = |q: String, tab| InboxView { whose, q, tab, ..InboxView::default() };
    let query = search(typed.to_owned(), Tab::All).query(platform::zone);
    let Ok(list) = api::get_fresh::<TaskList>(&format!("{}?{query}&offset=0&limit={TASKS}", path::TASKS)).await else {
        return Vec::new();
    };
    let mut items: Vec<Item> = Vec::new();
    for row in &list.rows {
        let known = items.iter().any(|item| item.label == row.job.name);
        if !known && !row.job.name.is_empty() && super::found::fits(&row.job.name, typed).is_some() {
            items.push(to(words::JOBS, row.job.name.clone(), search(row.job.name.clone(), Tab::All).path()));
        }
    }
    items.extend(
        list.rows
            .into_iter()
            .map(|row| Item { note: row.job.name, ..to(words::TASKS, row.file.name, paths::task(row.id, None)) }),
    );
    items
}

fn key(portal: Portal) -> String {
    format!("portal.recent.{}", portal.who())
}

fn remembered(portal: Portal) -> Vec<Recent> {
    platform::local_storage()
        .and_then(|storage| storage.get_item(&key(portal)).ok().flatten())
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Where somebody was by the palette before, the last first.
pub fn recent(portal: Portal) -> Vec<Item> {
    // Whatever stands in the storage: only pages of ours are gone to.
    let inside = |recent: &Recent| paths::page(recent.to.split('?').next().unwrap_or_default()).is_some();
    remembered(portal).into_iter().filter(inside).map(|recent| to(words::RECENT, recent.label, recent.to)).collect()
}

/// Remembers a place.
pub fn remember(portal: Portal, label: &str, path: &str) {
    let mut all = remembered(portal);
    all.retain(|recent| recent.to != path);
    all.insert(0, Recent { label: label.to_owned(), to: path.to_owned() });
    all.truncate(RECENT);
    if let Some(storage) = platform::local_storage() {
        let _ = storage.set_item(&key(portal), &serde_json::to_string(&all).unwrap_or_default());
    }
}

//! The schemas that the person may edit, by project: new ones, copies, other names, and what is archived.

mod copy;
mod doing;

use std::collections::HashMap;

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Run, RunState, SchemaList, SchemaRow, path},
    id::SchemaId,
};

use self::doing::{Act, Dialogs, Doing};
use super::keep;
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    paths,
    text::{Key, changes, hosts, publish as w, schema, t, t_count, t_with},
};

/// The page.
#[component]
pub fn SchemasPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(schema::TITLE));
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<SchemaList>(portal, path::SCHEMAS).await);
        });
    };
    let again = move || {
        state.set(Answer::Reading);
        fetch();
    };
    fetch();
    let doing = Doing::new(Callback::new(move |()| fetch()));
    view! {
        {move || match nothing(state.get(), again) {
            Ok(list) => view! { <Schemas list doing/> }.into_any(),
            Err(notice) => notice,
        }}
        <Dialogs doing/>
    }
}

/// The schemas, once read.
#[component]
fn Schemas(list: SchemaList, doing: Doing) -> impl IntoView {
    let SchemaList { schemas, runs } = list;
    let runs: HashMap<SchemaId, Run> = runs.into_iter().map(|run| (run.schema, run)).collect();
    let projects = by_project(schemas);
    let none = projects.is_empty();
    let who = portal().who();
    view! {
        <article class="admin-page">
            <header>
                <h1>{t(schema::TITLE)}</h1>
                {(!paths::is_embedded()).then(|| view! {
                    <a class="btn quietly" href=paths::CHANGES>{t(changes::TITLE)}</a>
                    <a class="btn quietly" href=paths::HOSTS>{t(hosts::TITLE)}</a>
                })}
                <button type="button" class="btn primary" aria-haspopup="dialog" on:click=move |_| doing.ask(Act::New)>{t(w::NEW)}</button>
            </header>
            {none.then(|| view! { <p class="none">{t(w::NO_SCHEMA)}</p> })}
            {projects.into_iter().map(|(name, schemas)| of_project(name, schemas, &runs, &who, doing)).collect::<Vec<_>>()}
        </article>
    }
}

fn of_project(
    name: String,
    schemas: Vec<SchemaRow>,
    runs: &HashMap<SchemaId, Run>,
    who: &str,
    doing: Doing,
) -> AnyView {
    let (archived, live): (Vec<_>, Vec<_>) = schemas.into_iter().partition(|schema| schema.archived);
    let n = u32::try_from(archived.len()).unwrap_or(u32::MAX);
    let rows = |rows: Vec<SchemaRow>| {
        rows.into_iter()
            .map(|row| {
                let (run, drafted) = (runs.get(&row.id), keep::is_kept(who, row.id));
                line(row, run, drafted, doing)
            })
            .collect::<Vec<_>>()
    };
    let none = live.is_empty();
    view! {
        <section>
            <h2><bdi>{name}</bdi></h2>
            {none.then(|| view! { <p class="none">{t(w::NONE_LIVE)}</p> })}
            <ul class="lines schemas">{rows(live)}</ul>
            {(n > 0).then(|| view! {
                <details class="archived">
                    <summary>{t_count(w::ARCHIVED_ONE, w::ARCHIVED_OTHER, n)}</summary>
                    <ul class="lines schemas">{rows(archived)}</ul>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// One schema.
fn line(row: SchemaRow, run: Option<&Run>, drafted: bool, doing: Doing) -> AnyView {
    let run = run.map(|run| match run.state {
        RunState::Paused => ("pill back", w::RUN_PAUSED),
        RunState::Waiting => ("pill todo", w::RUN_WAITING),
        RunState::Running | RunState::Done | RunState::Stopped => ("pill todo", w::RUN_RUNNING),
    });
    let act = |act: fn(SchemaRow) -> Act, words: Key| {
        let label = t_with(schema::ACT_NAMED, &[("act", t(words)), ("name", &super::words::name(&row.name))]);
        let row = row.clone();
        view! {
            <button type="button" class="btn quietly small" aria-label=label aria-haspopup="dialog" on:click=move |_| doing.ask(act(row.clone()))>{t(words)}</button>
        }
    };
    let acts = if row.archived {
        act(Act::Back, w::BRING_BACK).into_any()
    } else {
        view! { {act(Act::Rename, w::RENAME)}{act(Act::Duplicate, w::DUPLICATE)}{act(Act::Archive, schema::ARCHIVE)} }
            .into_any()
    };
    view! {
        <li>
            <a href=paths::schema(row.id)><bdi>{row.name}</bdi></a>
            {row.is_default.then(|| view! { <span class="chip">{t(schema::DEFAULT_SCHEMA)}</span> })}
            {drafted.then(|| view! { <span class="pill back">{t(schema::UNPUBLISHED)}</span> })}
            {run.map(|(class, words)| view! { <span class=class>{t(words)}</span> })}
            <span class="grow"></span>
            <span class="acts">{acts}</span>
        </li>
    }
    .into_any()
}

/// The rows come by project: those of one stand together.
fn by_project(rows: Vec<SchemaRow>) -> Vec<(String, Vec<SchemaRow>)> {
    let mut projects: Vec<(String, Vec<SchemaRow>)> = Vec::new();
    for row in rows {
        match projects.last_mut() {
            Some((_, rows)) if rows.last().is_some_and(|last| last.project == row.project) => rows.push(row),
            _ => projects.push((row.project_name.clone(), vec![row])),
        }
    }
    projects
}

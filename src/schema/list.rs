//! The schemas that the person may edit, by project.

use leptos::prelude::*;
use portal_model::api::schemas::{SchemaList, SchemaRow, path};

use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    paths,
    text::{changes, schema as w, t},
};

/// The page.
#[component]
pub fn SchemasPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(w::TITLE));
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        state.set(Answer::Reading);
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<SchemaList>(portal, path::SCHEMAS).await);
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok(list) => view! { <Schemas list/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The schemas, once read.
#[component]
fn Schemas(list: SchemaList) -> impl IntoView {
    let projects = by_project(list.schemas);
    let none = projects.is_empty();
    view! {
        <article class="admin-page">
            <header>
                <h1>{t(w::TITLE)}</h1>
                <a class="btn quietly" href=paths::CHANGES>{t(changes::TITLE)}</a>
            </header>
            {none.then(|| view! { <p class="none">{t(w::NO_SCHEMA)}</p> })}
            {projects.into_iter().map(|(name, schemas)| view! {
                <section>
                    <h2><bdi>{name}</bdi></h2>
                    <ul class="lines">
                        {schemas.into_iter().map(|schema| view! {
                            <li>
                                <a href=paths::schema(schema.id)><bdi>{schema.name}</bdi></a>
                                {schema.is_default.then(|| view! { <span class="chip">{t(w::DEFAULT_SCHEMA)}</span> })}
                            </li>
                        }).collect_view()}
                    </ul>
                </section>
            }).collect_view()}
        </article>
    }
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

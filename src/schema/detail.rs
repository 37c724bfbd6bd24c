//! One schema: its labels, and what is asked.

use leptos::prelude::*;
use portal_model::{
    annotation::Label,
    api::schemas::{AttributeState, SchemaDetail, SchemaRow, path},
    id::SchemaId,
};

use super::{keep, words as say};
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    paths,
    text::{schema as w, t, t_count},
    ui::links::{About, LinksButton},
};

/// The page.
#[component]
pub fn SchemaPage(id: Option<SchemaId>) -> impl IntoView {
    let portal = portal();
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        let Some(id) = id else { return state.set(Answer::Missing) };
        state.set(Answer::Reading);
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<SchemaDetail>(portal, &path::schema(id)).await);
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok(detail) => view! { <Schema detail/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The schema, once read.
#[component]
fn Schema(detail: SchemaDetail) -> impl IntoView {
    let SchemaDetail { schema, labels, attributes, unreadable } = detail;
    document().set_title(&schema.name);
    let who = portal().who();
    let (no_label, no_attribute) = (labels.is_empty(), attributes.is_empty());
    let rows: Vec<AnyView> =
        attributes.iter().map(|state| row(&schema, state, &labels, keep::is_kept(&who, state.attribute.id))).collect();
    let about = About::Schema(schema.project.clone(), schema.id, schema.name.clone());
    view! {
        <article class="admin-page">
            <header>
                <div class="titles">
                    <p class="crumbs"><a href=paths::SCHEMAS>{t(w::TITLE)}</a>" › "<bdi>{schema.project_name}</bdi></p>
                    <h1><bdi>{schema.name.clone()}</bdi></h1>
                </div>
                {schema.is_default.then(|| view! { <span class="chip">{t(w::DEFAULT_SCHEMA)}</span> })}
                <LinksButton wide=true name=schema.name.clone() about=move || Some(about.clone())/>
            </header>
            <section aria-labelledby="labels">
                <h2 id="labels">{t(w::LABELS)}</h2>
                {no_label.then(|| view! { <p class="none">{t(w::NO_LABEL)}</p> })}
                <ul class="labels">{labels.into_iter().map(label).collect_view()}</ul>
            </section>
            <section aria-labelledby="attributes">
                <h2 id="attributes">{t(w::ATTRIBUTES)}</h2>
                {no_attribute.then(|| view! { <p class="none">{t(w::NO_ATTRIBUTE)}</p> })}
                <ul class="lines attributes">{rows}</ul>
                {(unreadable > 0).then(|| view! { <p class="note">{t_count(w::UNREADABLE_ONE, w::UNREADABLE_OTHER, unreadable)}</p> })}
            </section>
        </article>
    }
}

fn label(label: Label) -> impl IntoView {
    view! {
        <li class="chip">
            <svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" rx="3" fill=label.color/></svg>
            <bdi>{label.name}</bdi>
        </li>
    }
}

/// A question in the list.
fn row(schema: &SchemaRow, state: &AttributeState, labels: &[Label], kept: bool) -> AnyView {
    let attribute = &state.attribute;
    let live = attribute.options.iter().filter(|option| !option.archived).count();
    let options = attribute
        .kind
        .has_options()
        .then(|| t_count(w::OPTIONS_ONE, w::OPTIONS_OTHER, u32::try_from(live).unwrap_or(u32::MAX)));
    let name = title(&attribute.question, &attribute.name);
    let about = About::Attribute(schema.project.clone(), schema.id, attribute.id, name.clone());
    view! {
        <li>
            <a href=paths::attribute(schema.id, attribute.id)><bdi>{title(&attribute.question, &attribute.name)}</bdi></a>
            {kept.then(|| view! { <span class="pill back">{t(w::UNPUBLISHED)}</span> })}
            <span class="about">
                <span>{say::kind(&attribute.kind)}</span>
                {options.map(|options| view! { <span>{options}</span> })}
                {attribute.read_only.then(|| view! { <span>{t(w::READ_ONLY)}</span> })}
                <span>{say::scope(attribute, labels)}</span>
            </span>
            <LinksButton name about=move || Some(about.clone())/>
        </li>
    }
    .into_any()
}

/// What a question is called where it stands in a list: one without words by its name.
pub fn title(question: &str, name: &str) -> String {
    let named = [question, name].into_iter().find(|text| !text.trim().is_empty());
    named.map_or_else(|| t(w::UNNAMED).to_owned(), str::to_owned)
}

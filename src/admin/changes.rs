//! Who changed what: the audit, newest first.

use leptos::prelude::*;
use portal_model::{
    api::audit::{self, AuditLine, AuditList, Outcome},
    attribute::Change,
    schema::SchemaChange,
};
use serde::Deserialize;

use super::read::{Answer, nothing, read};
use crate::{
    api,
    app::portal,
    paths,
    schema::{Differences, words as say},
    session,
    text::{changes as w, hosts, number, problem, reading, schema, t, t_with},
    ui::ago::Ago,
};

/// So many lines are asked for at once.
const PAGE: u32 = 50;

fn url(before: Option<i64>) -> String {
    match before {
        Some(before) => format!("{}?before={before}&limit={PAGE}", audit::PATH),
        None => format!("{}?limit={PAGE}", audit::PATH),
    }
}

/// The page.
#[component]
pub fn ChangesPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(w::TITLE));
    let address = portal.route.address();
    let line = Memo::new(move |_| paths::change_line(|name| address.read().parameter(name)));
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        state.set(Answer::Reading);
        // An address that names a line begins with it.
        let url = url(line.get_untracked().map(|line| line + 1));
        leptos::task::spawn_local(async move {
            let _ = state.try_set(read::<AuditList>(portal, &url).await);
        });
    };
    Effect::new(move |_| {
        line.track();
        fetch();
    });
    move || match nothing(state.get(), fetch) {
        Ok(list) => view! { <Lines list line=line.get_untracked()/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The lines, and those before them on demand.
#[component]
fn Lines(list: AuditList, line: Option<i64>) -> impl IntoView {
    let portal = portal();
    let more = RwSignal::new(list.lines.len() >= PAGE as usize);
    let busy = RwSignal::new(false);
    let lines = RwSignal::new(list.lines);
    let older = move |_| {
        let before = lines.with_untracked(|lines| lines.last().map(|line| line.id));
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::get_fresh::<AuditList>(&url(before)).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(list) => {
                    let _ = more.try_set(list.lines.len() >= PAGE as usize);
                    let _ = lines.try_update(|lines| lines.extend(list.lines));
                }
                Err(failure) => {
                    session::ended(portal, &failure);
                    portal.say(failure.words());
                }
            }
        });
    };
    view! {
        <article class="admin-page">
            <header>
                <h1>{t(w::TITLE)}</h1>
                {line.is_some().then(|| view! { <a class="btn" href=paths::CHANGES>{t(w::NEWEST)}</a> })}
                <a class="btn quietly" href=paths::READING>{t(reading::TITLE)}</a>
                <a class="btn quietly" href=paths::HOSTS>{t(hosts::TITLE)}</a>
                <a class="btn quietly" href=paths::SCHEMAS>{t(schema::TITLE)}</a>
            </header>
            <p class="quiet">{t(w::WHAT)}</p>
            <Show when=move || lines.read().is_empty()><p class="none">{t(w::NONE)}</p></Show>
            <ol class="audit" aria-label=t(w::TITLE)>
                <For each=move || lines.get() key=|line| line.id children=move |one| {
                    let here = Some(one.id) == line;
                    view! { <Entry line=one here/> }
                }/>
            </ol>
            <Show when=move || more.get()>
                <p><button type="button" class="btn" disabled=move || busy.get() on:click=older>{t(w::OLDER)}</button></p>
            </Show>
        </article>
    }
}

/// One change.
#[component]
fn Entry(line: AuditLine, here: bool) -> impl IntoView {
    let (class, words) = match line.outcome {
        Outcome::Done => ("pill done", w::DONE),
        Outcome::Refused => ("pill", w::REFUSED),
        Outcome::Incomplete => ("pill back", w::INCOMPLETE),
        Outcome::Open => ("pill todo", w::OPEN),
    };
    let told = Told::read(&line.action, &line.detail);
    // The name says more than the number.
    let named = told.attribute.as_deref().or(told.schema.as_deref());
    let subject = named.filter(|name| !name.is_empty()).unwrap_or(&line.subject);
    let what = t_with(w::SUBJECT, &[("action", &action(&line.action)), ("subject", &say::name(subject))]);
    let at = line.at.clone();
    view! {
        <li aria-current=here.then_some("true")>
            <h2 class="audit-head">
                <strong><bdi>{line.actor}</bdi></strong>
                {line.by_key.then(|| view! { <span class="chip">{t(w::BY_KEY)}</span> })}
                <span>{what}</span>
                <span class=class>{t(words)}</span>
            </h2>
            <p class="quiet"><Ago time=Signal::stored(at)/>" · "<bdi>{line.project.0}</bdi>" · "<bdi>{line.subject}</bdi>" · "{t_with(w::LINE, &[("n", &line.id.to_string())])}</p>
            {detail(told, &line.detail, line.request_id)}
        </li>
    }
}

/// An action in words; one that this version does not know, as it is called.
fn action(action: &str) -> String {
    match action {
        "attribute.edit" => t(w::ATTRIBUTE_EDIT).to_owned(),
        "schema.create" => t(w::SCHEMA_CREATE).to_owned(),
        "schema.apply" => t(w::SCHEMA_APPLY).to_owned(),
        "schema.resume" => t(w::SCHEMA_RESUME).to_owned(),
        "schema.stop" => t(w::SCHEMA_STOP).to_owned(),
        "attribute.options" => t(w::ATTRIBUTE_OPTIONS).to_owned(),
        "job.setting" => t(w::JOB_SETTING).to_owned(),
        "claim.expire" => t(w::CLAIM_EXPIRE).to_owned(),
        "key.new" => t(w::KEY_NEW).to_owned(),
        "key.rotate" => t(w::KEY_ROTATE).to_owned(),
        "key.revoke" => t(w::KEY_REVOKE).to_owned(),
        "tasks.assign" => t(w::TASKS_ASSIGN).to_owned(),
        "person.see" => t(w::PERSON_SEE).to_owned(),
        "files.export" => t(w::FILES_EXPORT).to_owned(),
        "view.give" => t(w::VIEW_GIVE).to_owned(),
        "view.take" => t(w::VIEW_TAKE).to_owned(),
        "embed.token" => t(w::EMBED_TOKEN).to_owned(),
        other => say::name(other),
    }
}

/// The details of an edit of one attribute or of a whole schema, as the gateway writes them down
/// (`crates/gateway/src/schema`). Other actions have others.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Told {
    /// The attribute's name in queries.
    attribute: Option<String>,
    /// The schema's name.
    schema: Option<String>,
    /// Why, in the words of whoever applied it.
    why: String,
    /// The differences; of very many only the first.
    #[serde(skip)]
    changes: Changes,
    /// How many there were.
    changes_in_all: u32,
}

/// Differences, of what an action is about.
#[derive(Debug, PartialEq)]
enum Changes {
    Attribute(Vec<Change>),
    Schema(Vec<SchemaChange>),
}

impl Default for Changes {
    fn default() -> Self {
        Self::Attribute(Vec::new())
    }
}

impl Changes {
    fn len(&self) -> usize {
        match self {
            Self::Attribute(changes) => changes.len(),
            Self::Schema(changes) => changes.len(),
        }
    }
}

impl Told {
    /// What this version cannot read is left to be shown as it was written down.
    fn read(action: &str, detail: &str) -> Self {
        #[derive(Deserialize)]
        struct Of<T> {
            #[serde(default = "Vec::new")]
            changes: Vec<T>,
        }
        let Ok(told) = serde_json::from_str::<Self>(detail) else { return Self::default() };
        let changes = if action == "schema.apply" {
            serde_json::from_str(detail).map(|of: Of<SchemaChange>| Changes::Schema(of.changes))
        } else {
            serde_json::from_str(detail).map(|of: Of<Change>| Changes::Attribute(of.changes))
        };
        Self { changes: changes.unwrap_or_default(), ..told }
    }
}

/// What exactly: differences as people read them, else as it was written down.
fn detail(told: Told, text: &str, request: Option<String>) -> AnyView {
    let request = request.map(|id| view! { <p class="quiet">{t_with(problem::REQUEST, &[("id", &id)])}</p> });
    if told.changes.len() == 0 {
        if text.is_empty() || text == "null" {
            return request.into_any();
        }
        return view! { <details><summary>{t(w::DETAILS)}</summary><pre>{pretty(text)}</pre>{request}</details> }
            .into_any();
    }
    let listed = u32::try_from(told.changes.len()).unwrap_or(u32::MAX);
    let more = told.changes_in_all.saturating_sub(listed);
    let changes = match told.changes {
        Changes::Attribute(changes) => say::changes(&changes).into_any(),
        Changes::Schema(changes) => view! { <Differences changes/> }.into_any(),
    };
    view! {
        {(!told.why.is_empty()).then(|| view! { <p><bdi>{told.why}</bdi></p> })}
        {changes}
        {(more > 0).then(|| view! { <p class="quiet">{t_with(schema::MORE, &[("n", &number(more))])}</p> })}
        {request}
    }
    .into_any()
}

fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_of_an_edit_are_read_and_others_left_as_they_are() {
        let told = Told::read(
            "attribute.edit",
            r#"{"attribute":"colour","changes":[{"change":"read_only","to":true}],"calls":[{"step":"attribute"}],"changes_in_all":7}"#,
        );
        let changes = Changes::Attribute(vec![Change::ReadOnly { to: true }]);
        let attribute = Some("colour".into());
        assert_eq!(told, Told { attribute, changes, changes_in_all: 7, ..Told::default() });
        let label = SchemaChange::LabelAdded { key: "new-1".into(), name: "bus".into() };
        let written = serde_json::json!({"schema": "Roads", "why": "buses", "changes": [label], "changes_in_all": 1});
        let told = Told::read("schema.apply", &written.to_string());
        assert_eq!((told.schema.as_deref(), told.why.as_str()), (Some("Roads"), "buses"));
        assert_eq!(told.changes, Changes::Schema(vec![label]));
        assert_eq!(Told::read("key.new", r#"{"key":"dp_1"}"#), Told::default());
        assert_eq!(Told::read("key.new", "\"unknown here\""), Told::default());
        assert_eq!(pretty("no json"), "no json");
    }
}

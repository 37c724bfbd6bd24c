//! One row of the form: what it is about, how it compares, with what.

use leptos::prelude::*;
use portal_model::query::{Compare, FieldName};

use super::{
    Edit, State,
    tree::{FIELDS, ME, NAMED, Node, PEOPLE, Row, What},
    words::{choices, field, sign, signs},
};
use crate::{
    app::portal,
    text::{form as w, t},
};

/// The row.
#[component]
pub fn RowFields(state: State, part: Node, path: Vec<usize>) -> impl IntoView {
    let What::Row(first) = part.what else { return ().into_any() };
    let (not, own) = (part.not, part.own);
    let id = path.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
    let path = StoredValue::new(path);
    let row = RwSignal::new(first);
    let edit = move |edit: Edit| path.with_value(|path| state.edit(path, edit));
    let changes = Changes::new(move |(piece, text): (Piece, String)| {
        row.update(|row| fill(row, piece, text));
        edit(Edit::Row(row.get_untracked()));
    });
    let about = Memo::new(move |_| row.read().field);
    let is_unfinished = Memo::new(move |_| row.read().condition().is_none());
    let stands_for_annotation =
        Memo::new(move |_| row.read().condition().is_some_and(|it| it.is_about_an_annotation()));
    let list = StoredValue::new(format!("form-names-{id}"));
    view! {
        <li class="form-row" class:unfinished=is_unfinished>
            <select aria-label=t(w::FIELD) on:change=move |event| {
                let word = event_target_value(&event);
                if let Some(wanted) = FIELDS.iter().find(|field| field.word() == word) {
                    row.set(Row::new(*wanted));
                    edit(Edit::Row(row.get_untracked()));
                }
            }>
                {FIELDS.map(|one| view! {
                    <option value=one.word() selected=move || about.get() == one>{t(field(one))}</option>
                }).into_iter().collect_view()}
            </select>
            {move || values(about.get(), row, list, changes)}
            <span class="form-ends">
                <label class="check"><input type="checkbox" checked=not on:change=move |event| edit(Edit::Not(event_target_checked(&event)))/>{t(w::NOT)}</label>
                <Show when=move || stands_for_annotation.get() || own>
                    <label class="check" title=t(w::OWN_WHY)><input type="checkbox" checked=own on:change=move |event| edit(Edit::Own(event_target_checked(&event)))/>{t(w::OWN)}</label>
                </Show>
                <button type="button" class="form-remove" aria-label=move || super::remove_words(&row.read()) on:click=move |_| edit(Edit::Remove)>"×"</button>
            </span>
            <Show when=move || is_unfinished.get()><small class="quiet">{t(w::UNFINISHED)}</small></Show>
        </li>
    }
    .into_any()
}

/// How a row is changed.
type Changes = Callback<(Piece, String)>;

/// A piece of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Sign,
    Key,
    Value,
    More,
}

/// Fills a piece in.
fn fill(row: &mut Row, piece: Piece, text: String) {
    match piece {
        Piece::Sign => row.sign = Compare::ALL.iter().copied().find(|sign| sign.word() == text),
        Piece::Key => row.key = text,
        Piece::Value => row.value = text,
        Piece::More => row.more = text,
    }
}

/// What stands after the field.
fn values(about: FieldName, row: RwSignal<Row>, list: StoredValue<String>, changes: Changes) -> AnyView {
    let now = row.get_untracked();
    let names = move |of: Of| names(of, list);
    let said =
        |label, piece, value: String, list: Option<StoredValue<String>>| said(label, piece, value, list, changes);
    match about {
        FieldName::Type | FieldName::Kind | FieldName::Has | FieldName::Missing | FieldName::Status => {
            chosen(choices(about), now.value, Piece::Value, w::VALUE, changes)
        }
        FieldName::Label => (said(w::VALUE, Piece::Value, now.value, Some(list)), names(Of::Labels)).into_any(),
        FieldName::Run => (said(w::VALUE, Piece::Value, now.value, Some(list)), names(Of::Runs)).into_any(),
        FieldName::Dataset => (said(w::VALUE, Piece::Value, now.value, Some(list)), names(Of::Datasets)).into_any(),
        FieldName::Name => said(w::CONTAINS, Piece::Value, now.value, None),
        FieldName::Id => numbered(w::VALUE, Piece::Value, now.value, "1", changes),
        FieldName::Created | FieldName::Updated => {
            (compared(&now, changes), said(w::WHEN, Piece::Value, now.value, None)).into_any()
        }
        FieldName::Near => (
            numbered(w::VALUE, Piece::Value, now.value, "0.01", changes),
            view! { <span aria-hidden="true">"±"</span> },
            numbered(w::WITHIN, Piece::More, now.more, "0.01", changes),
        )
            .into_any(),
        FieldName::Count => {
            let label = now.key.trim_start_matches(NAMED).to_owned();
            let as_name = Callback::new(move |(piece, text): (Piece, String)| {
                let text = if piece == Piece::Key && !text.is_empty() { format!("{NAMED}{text}") } else { text };
                changes.run((piece, text));
            });
            (
                super::row::said(w::OF_LABEL, Piece::Key, label, Some(list), as_name),
                names(Of::Labels),
                compared(&now, changes),
                numbered(w::VALUE, Piece::Value, now.value.clone(), "1", changes),
            )
                .into_any()
        }
        FieldName::Attribute => (
            said(w::QUESTION, Piece::Key, now.key.clone(), Some(list)),
            names(Of::Questions),
            compared(&now, changes),
            said(w::ANSWER, Piece::Value, now.value, None),
        )
            .into_any(),
        FieldName::Assignee => {
            let of = |text: &str| {
                let name = text.strip_prefix(NAMED).unwrap_or_default().to_owned();
                (text == ME, name)
            };
            let (me, name) = of(&now.value);
            view! {
                <label class="check"><input type="checkbox" checked=me on:change=move |event| {
                    changes.run((Piece::Value, if event_target_checked(&event) { ME.to_owned() } else { String::new() }));
                }/>{t(w::ME)}</label>
                <input type="text" aria-label=t(w::PERSON) list=list.get_value() prop:value=name disabled=move || row.read().value == ME
                    on:change=move |event| changes.run((Piece::Value, format!("{NAMED}{}", event_target_value(&event).trim())))/>
                {names(Of::People)}
            }
            .into_any()
        }
        FieldName::Disagree => (
            sides(&now.key, Piece::Key, w::ONE_SIDE, changes),
            sides(&now.value, Piece::Value, w::OTHER_SIDE, changes),
            compared(&now, changes),
            view! {
                <span hidden=move || row.read().sign.is_none()>
                    {numbered(w::HOW_MUCH, Piece::More, now.more, "0.05", changes)}
                </span>
            },
        )
            .into_any(),
        _ => (compared(&now, changes), numbered(w::VALUE, Piece::Value, now.value.clone(), "any", changes)).into_any(),
    }
}

/// Which names are offered.
#[derive(Clone, Copy)]
enum Of {
    Labels,
    Runs,
    Datasets,
    Questions,
    People,
}

/// Names that occur in the person's sight, offered while typing.
fn names(of: Of, list: StoredValue<String>) -> impl IntoView {
    let explorer = portal().explorer();
    let all = move || {
        explorer.names.with(|names| match of {
            Of::Labels => names.labels.clone(),
            Of::Datasets => names.datasets.clone(),
            Of::Runs => names.runs.iter().map(|run| run.name.clone()).collect(),
            Of::Questions => names.attributes.iter().map(|attribute| attribute.name.clone()).collect(),
            Of::People => names.people.clone(),
        })
    };
    view! {
        <datalist id=list.get_value()>{move || all().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
    }
}

/// A text.
fn said(
    label: crate::text::Key,
    piece: Piece,
    value: String,
    list: Option<StoredValue<String>>,
    changes: Changes,
) -> AnyView {
    view! {
        <input type="text" aria-label=t(label) placeholder=t(label) autocomplete="off" spellcheck="false" maxlength="400" list=list.map(|list| list.get_value()) prop:value=value
            on:change=move |event| changes.run((piece, event_target_value(&event).trim().to_owned()))/>
    }
    .into_any()
}

/// A number.
fn numbered(label: crate::text::Key, piece: Piece, value: String, step: &'static str, changes: Changes) -> AnyView {
    view! {
        <input class="num" type="number" step=step inputmode="decimal" aria-label=t(label) prop:value=value
            on:change=move |event| changes.run((piece, event_target_value(&event).trim().to_owned()))/>
    }
    .into_any()
}

/// One of some words.
fn chosen(
    all: Vec<(&'static str, String)>,
    value: String,
    piece: Piece,
    label: crate::text::Key,
    changes: Changes,
) -> AnyView {
    view! {
        <select aria-label=t(label) on:change=move |event| changes.run((piece, event_target_value(&event)))>
            <option value="" selected=value.is_empty()>{t(w::CHOOSE)}</option>
            {all.into_iter().map(|(word, shown)| view! { <option value=word selected=word == value>{shown}</option> }).collect_view()}
        </select>
    }
    .into_any()
}

/// How it compares.
fn compared(row: &Row, changes: Changes) -> AnyView {
    let now = row.sign;
    view! {
        <select aria-label=t(w::SIGN) on:change=move |event| changes.run((Piece::Sign, event_target_value(&event)))>
            {signs(row).into_iter().map(|(one, key)| view! { <option value=sign(one) selected=one == now>{t(key)}</option> }).collect_view()}
        </select>
    }
    .into_any()
}

/// One of two that are compared: people or a run.
fn sides(value: &str, piece: Piece, label: crate::text::Key, changes: Changes) -> AnyView {
    let explorer = portal().explorer();
    let now = StoredValue::new(value.to_owned());
    let runs = move || {
        let mut all: Vec<String> = explorer.names.with(|names| names.runs.iter().map(|run| run.name.clone()).collect());
        // One that is not among them (yet) stays chosen.
        if let Some(name) = now.with_value(|now| now.strip_prefix(NAMED).map(str::to_owned))
            && !all.contains(&name)
        {
            all.push(name);
        }
        all
    };
    view! {
        <select aria-label=t(label) on:change=move |event| {
            let text = event_target_value(&event);
            now.set_value(text.clone());
            changes.run((piece, text));
        }>
            <option value="" selected=value.is_empty()>{t(w::CHOOSE)}</option>
            <option value=PEOPLE selected=value == PEOPLE>{t(w::PEOPLE)}</option>
            {move || runs().into_iter().map(|name| {
                let value = format!("{NAMED}{name}");
                let selected = now.with_value(|now| *now == value);
                view! { <option value=value selected=selected>{name}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}

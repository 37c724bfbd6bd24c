//! Kinds, faults and differences in words.

use leptos::prelude::*;
use portal_model::{
    attribute::{AttributeKind, AttributeScope, Change, Fault},
    schema::SchemaChange,
};

use crate::text::{Key, schema as w, t, t_with};

/// Longer names are cut where they stand in a sentence.
const CLIP: usize = 120;

/// A name inside a sentence: cut when very long, and kept from turning the words around it (UAX #9, isolates).
pub fn name(text: &str) -> String {
    let mut clipped: String = text.chars().take(CLIP).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    format!("\u{2068}{clipped}\u{2069}")
}

/// What a kind of attribute is called.
pub fn kind(kind: &AttributeKind) -> String {
    t(match kind {
        AttributeKind::Select => w::KIND_SELECT,
        AttributeKind::MultipleSelect => w::KIND_MULTIPLE_SELECT,
        AttributeKind::Radio => w::KIND_RADIO,
        AttributeKind::Text => w::KIND_TEXT,
        AttributeKind::Slider => w::KIND_SLIDER,
        AttributeKind::Time => w::KIND_TIME,
        AttributeKind::Date => w::KIND_DATE,
        AttributeKind::Tree => w::KIND_TREE,
        AttributeKind::Other(word) => return t_with(w::KIND_OTHER, &[("kind", &name(word))]),
    })
    .to_owned()
}

/// What a kind of attribute is for.
pub fn kind_hint(kind: &AttributeKind) -> &'static str {
    t(match kind {
        AttributeKind::Select => w::HINT_SELECT,
        AttributeKind::MultipleSelect => w::HINT_MULTIPLE_SELECT,
        AttributeKind::Radio => w::HINT_RADIO,
        AttributeKind::Text => w::HINT_TEXT,
        AttributeKind::Slider => w::HINT_SLIDER,
        AttributeKind::Time => w::HINT_TIME,
        AttributeKind::Date => w::HINT_DATE,
        AttributeKind::Tree => w::HINT_TREE,
        AttributeKind::Other(_) => w::UNKNOWN_KIND,
    })
}

/// What a question is called where it stands in a list: one without words by its name.
pub fn title(question: &str, name: &str) -> String {
    let named = [question, name].into_iter().find(|text| !text.trim().is_empty());
    named.map_or_else(|| t(w::UNNAMED).to_owned(), str::to_owned)
}

/// How many there are.
pub fn many(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many differences people count: those within a question one by one.
pub fn count(changes: &[SchemaChange]) -> u32 {
    let of = |change: &SchemaChange| match change {
        SchemaChange::AttributeChanged { changes, .. } => changes.len(),
        _ => 1,
    };
    many(changes.iter().map(of).sum())
}

/// What is wrong, and what to do.
pub fn fault(fault: &Fault) -> &'static str {
    t(match fault {
        Fault::EmptyQuestion => w::FAULT_EMPTY_QUESTION,
        Fault::EmptyName => w::FAULT_EMPTY_NAME,
        Fault::NameNotQueryable => w::FAULT_NAME,
        Fault::BoundsCrossed => w::FAULT_BOUNDS,
        Fault::DefaultOutside => w::FAULT_DEFAULT_OUTSIDE,
        Fault::DefaultMissing => w::FAULT_DEFAULT_MISSING,
        Fault::EmptyOption { .. } => w::FAULT_EMPTY_OPTION,
        Fault::DuplicateOption { .. } => w::FAULT_DUPLICATE,
        Fault::UnknownKey { .. } => w::FAULT_UNKNOWN_KEY,
        Fault::BadParent { .. } => w::FAULT_BAD_PARENT,
        Fault::OptionsNotAllowed => w::FAULT_OPTIONS,
        Fault::UnknownKind => w::FAULT_UNKNOWN_KIND,
        Fault::DuplicateName => w::FAULT_DUPLICATE_NAME,
        Fault::NoLabel => w::FAULT_NO_LABEL,
        Fault::UnknownLabel { .. } => w::FAULT_UNKNOWN_LABEL,
        Fault::EmptyLabel => w::FAULT_EMPTY_LABEL,
        Fault::DuplicateLabel => w::FAULT_DUPLICATE_LABEL,
        Fault::LabelFixed => w::FAULT_LABEL_FIXED,
        Fault::BadColor => w::FAULT_COLOR,
    })
}

/// The option that a fault is about.
pub fn fault_key(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::EmptyOption { key }
        | Fault::DuplicateOption { key }
        | Fault::UnknownKey { key }
        | Fault::BadParent { key } => Some(key),
        _ => None,
    }
}

/// A difference in words: what kind of change, and what exactly.
pub fn change(change: &Change) -> (Key, String) {
    let nothing = || t(w::NOTHING).to_owned();
    let maybe = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map_or_else(nothing, name);
    let bounds = |(min, max): &(Option<i64>, Option<i64>)| {
        let number = |n: &Option<i64>| n.map_or_else(nothing, |n| n.to_string());
        t_with(w::BOUNDS, &[("min", &number(min)), ("max", &number(max))])
    };
    let from_to = |key, from: &str, to: &str| t_with(key, &[("from", from), ("to", to)]);
    match change {
        Change::Question { from, to } => (w::CHANGED, from_to(w::CHANGE_QUESTION, &name(from), &name(to))),
        Change::Name { from, to } => (w::CHANGED, from_to(w::CHANGE_NAME, &name(from), &name(to))),
        Change::Bounds { from, to } => (w::CHANGED, from_to(w::CHANGE_BOUNDS, &bounds(from), &bounds(to))),
        Change::Default { from, to } => (w::CHANGED, from_to(w::CHANGE_DEFAULT, &maybe(from), &maybe(to))),
        Change::ReadOnly { to: true } => (w::CHANGED, t(w::CHANGE_READ_ONLY).to_owned()),
        Change::ReadOnly { to: false } => (w::CHANGED, t(w::CHANGE_EDITABLE).to_owned()),
        Change::Kind { from, to } => (w::CHANGED, from_to(w::CHANGE_KIND, &kind(from), &kind(to))),
        Change::Scope { from, to } => (w::CHANGED, from_to(w::CHANGE_SCOPE, about(*from), about(*to))),
        Change::Labels { added, removed } => (w::CHANGED, labels(added, removed)),
        Change::Position { from, to } => (w::MOVED, from_to(w::CHANGE_POSITION, &from.to_string(), &to.to_string())),
        Change::OptionAdded { name: what, under: None, .. } => (w::ADDED, name(what)),
        Change::OptionAdded { name: what, under: Some(under), .. } => {
            (w::ADDED, t_with(w::UNDER, &[("name", &name(what)), ("under", &name(under))]))
        }
        Change::OptionRenamed { from, to, .. } => (w::RENAMED, from_to(w::CHANGE_RENAMED, &name(from), &name(to))),
        Change::OptionMoved { name: what, under: Some(under), .. } => {
            (w::MOVED, t_with(w::UNDER, &[("name", &name(what)), ("under", &name(under))]))
        }
        Change::OptionMoved { name: what, under: None, .. } => (w::MOVED, t_with(w::TO_TOP, &[("name", &name(what))])),
        Change::OptionArchived { name: what, .. } => (w::ARCHIVED, name(what)),
    }
}

/// What is asked about, as it stands in a sentence.
pub fn about(scope: AttributeScope) -> &'static str {
    t(match scope {
        AttributeScope::Labels => w::ABOUT_LABELS,
        AttributeScope::File => w::ABOUT_FILE,
        AttributeScope::CompoundFile => w::ABOUT_COMPOUND,
    })
}

fn labels(added: &[String], removed: &[String]) -> String {
    let list = |names: &[String]| names.iter().map(|one| name(one)).collect::<Vec<_>>().join(", ");
    match (added.is_empty(), removed.is_empty()) {
        (_, true) => t_with(w::CHANGE_LABELS_ADDED, &[("labels", &list(added))]),
        (true, false) => t_with(w::CHANGE_LABELS_REMOVED, &[("labels", &list(removed))]),
        (false, false) => t_with(w::CHANGE_LABELS_BOTH, &[("added", &list(added)), ("removed", &list(removed))]),
    }
}

/// More differences than this are counted, not listed.
const LISTED: usize = 300;

/// A list of differences.
pub fn changes(all: &[Change]) -> AnyView {
    let more = all.len().saturating_sub(LISTED);
    let lines = all.iter().take(LISTED).map(|one| {
        let (what, words) = change(one);
        let class = match one {
            Change::OptionAdded { .. } => "pill done",
            Change::OptionArchived { .. } => "pill gone",
            _ => "pill todo",
        };
        view! { <li><span class=class>{t(what)}</span><span class="change-words">{words}</span></li> }
    });
    view! {
        <ul class="change-list">{lines.collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &more.to_string())])}</p> })}
    }
    .into_any()
}

//! What my tasks are filtered by, the sheet to choose from, and saved views. One chunk: who never filters never loads it.

mod chips;
pub mod empty;
mod group;
pub mod pins;
mod sheet;
mod view_dialog;
mod views;

use leptos::prelude::*;
use portal_model::{
    api::tasks::{Dimension, TaskFacets, TaskView, path},
    file::FileKind,
    task::{Part, TaskStatus},
};

use crate::{
    api,
    app::{Portal, portal},
    inbox::{Go, kind_word},
    paths::InboxView,
    platform,
    text::{Key, filter as words, t},
    ui::{pill::status_words, readers::forget},
};

/// What filters know. Lives as long as the page.
#[derive(Clone, Copy)]
pub struct FiltersState {
    /// Saved views; `None` before they have come.
    views: RwSignal<Option<Vec<TaskView>>>,
    /// What my tasks are, counted, with the question that was asked.
    facets: RwSignal<Option<(String, TaskFacets)>>,
    /// What the dialog of saved views is about, while it is open: one of mine, or a new one.
    saving: RwSignal<Option<Option<TaskView>>>,
}

impl FiltersState {
    fn new() -> Self {
        Self { views: RwSignal::default(), facets: RwSignal::default(), saving: RwSignal::default() }
    }
}

impl Portal {
    /// What filters know: made when somebody needs them first, and kept as long as the page.
    fn filters(self) -> FiltersState {
        if let Some(made) = self.filtering.get_value() {
            return made;
        }
        let made = self.root.with_value(|root| match root {
            Some(root) => root.with(FiltersState::new),
            None => FiltersState::new(),
        });
        self.filtering.set_value(Some(made));
        made
    }
}

/// The dimensions as people read them, in the order of the sheet.
const DIMENSIONS: [(Dimension, Key); 9] = [
    (Dimension::Status, words::STATUS),
    (Dimension::Due, words::DUE),
    (Dimension::Job, words::JOB),
    (Dimension::Dataset, words::DATASET),
    (Dimension::Label, words::LABEL),
    (Dimension::Kind, words::KIND),
    (Dimension::Age, words::AGE),
    (Dimension::Issues, words::ISSUES),
    (Dimension::Project, words::PROJECT),
];

fn dimension_word(dimension: Dimension) -> &'static str {
    DIMENSIONS.iter().find(|(known, _)| *known == dimension).map_or("", |(_, key)| t(*key))
}

/// Chips, sheet and dialog.
#[component]
pub fn Filters(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let state = portal.filters();
    on_cleanup(move || {
        forget(&state.views);
        forget(&state.facets);
        forget(&state.saving);
    });
    // Counted again when something else is asked, and when live changes changed the tabs' counts.
    let question = Memo::new(move |_| {
        let counts = inbox.counts.get();
        inbox.view.with(|view| {
            let needed = inbox.filters_open.get() || !view.filter.is_empty();
            needed.then(|| (asked(view), counts))
        })
    });
    Effect::new(move |_| {
        if let Some((question, _)) = question.get() {
            count(portal, question);
        }
    });
    view! {
        <chips::Chips go/>
        <sheet::Sheet go/>
        <view_dialog::ViewDialog/>
    }
}

/// The question that the counts of a view answer: the order does not matter for it.
fn asked(view: &InboxView) -> String {
    InboxView { sort: Default::default(), ..view.clone() }.query(platform::zone)
}

/// Counts what my tasks are. Without counts all else works.
fn count(portal: Portal, question: String) {
    leptos::task::spawn_local(async move {
        let answer = api::get_fresh::<TaskFacets>(&format!("{}?{question}", path::TASK_FACETS)).await;
        let is_asked = portal.inbox.view.try_with_untracked(|view| asked(view) == question);
        if let (Ok(facets), Some(true)) = (answer, is_asked) {
            let _ = portal.filters().facets.try_set(Some((question, facets)));
        }
    });
}

/// What a value of a filter is called, and whether it is gone: none of my tasks has it (any more).
fn called(portal: Portal, dimension: Dimension, value: &str) -> (String, bool) {
    let word = match dimension {
        Dimension::Status => status_words(&TaskStatus::from(value.to_owned()), Part::Assignee),
        Dimension::Kind => kind_word(&FileKind::from(value.to_owned())),
        Dimension::Due => t(match value {
            "overdue" => words::OVERDUE,
            "today" => words::DUE_TODAY,
            "week" => words::DUE_WEEK,
            _ => words::DUE_NONE,
        })
        .to_owned(),
        Dimension::Age => t(match value {
            "day" => words::AGE_DAY,
            "week" => words::AGE_WEEK,
            "month" => words::AGE_MONTH,
            _ => words::AGE_OLDER,
        })
        .to_owned(),
        Dimension::Issues => t(words::ISSUES_OPEN).to_owned(),
        Dimension::Project | Dimension::Job | Dimension::Dataset | Dimension::Label => String::new(),
    };
    if !dimension.is_named() {
        return (word, false);
    }
    let inbox = portal.inbox;
    let counted = portal.filters().facets.with(|facets| {
        let (question, facets) = facets.as_ref()?;
        let found = facets.facets.iter().find(|facet| facet.dimension == dimension && facet.value == value);
        // Missing in an answer to another question, it may just not have been asked about.
        let is_answer = inbox.view.with(|view| asked(view) == *question);
        Some((found.map(|facet| facet.name.clone()), is_answer))
    });
    match counted {
        Some((Some(name), _)) if !name.is_empty() => (name, false),
        Some((None, true)) => (remembered(portal, dimension, value), true),
        _ => (remembered(portal, dimension, value), false),
    }
}

/// What a saved view says that it was called; else its number.
fn remembered(portal: Portal, dimension: Dimension, value: &str) -> String {
    let named = portal.filters().views.with(|views| {
        let mut filters = views.iter().flatten().flat_map(|view| &view.filter);
        let found =
            filters.find(|one| one.dimension == dimension && one.value == value && !one.name.is_empty()).cloned();
        found.map(|one| one.name)
    });
    named.unwrap_or_else(|| if dimension == Dimension::Project { value.to_owned() } else { format!("#{value}") })
}

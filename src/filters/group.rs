//! One dimension of the sheet: its values with counts, to be ticked; a search where there are many.

use leptos::prelude::*;
use portal_model::api::tasks::Dimension;

use super::{called, dimension_word};
use crate::{
    app::portal,
    inbox::Go,
    paths::InboxView,
    platform,
    text::{filter as words, number, t, t_with},
};

/// With more values than this there is a search.
const FEW: usize = 8;
/// So many are drawn at most: whoever has more searches.
const MANY: usize = 60;

/// The group. While the sheet is open its values keep their places, whatever their counts become.
#[component]
pub fn Group(dimension: Dimension, go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let values = Memo::new(move |known: Option<&Vec<String>>| {
        let mut values: Vec<String> = known.cloned().unwrap_or_default();
        let chosen = inbox.view.with(|view| view.filter.of(dimension).map(str::to_owned).collect::<Vec<_>>());
        let counted = portal.filters().facets.with(|facets| {
            let facets = facets.iter().flat_map(|(_, facets)| &facets.facets);
            facets.filter(|facet| facet.dimension == dimension).map(|facet| facet.value.clone()).collect::<Vec<_>>()
        });
        for value in chosen.into_iter().chain(counted) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    });
    let typed = RwSignal::new(String::new());
    let matching = Memo::new(move |_| {
        let wanted = platform::folded(&typed.read());
        let values = values.get();
        values
            .into_iter()
            .filter(|value| {
                wanted.is_empty() || platform::folded(&called(portal, dimension, value).0).contains(&wanted)
            })
            .collect::<Vec<_>>()
    });
    let is_many = Memo::new(move |_| values.read().len() > FEW);
    let shown = move || matching.get().into_iter().take(MANY).collect::<Vec<_>>();
    let more = move || matching.read().len().saturating_sub(MANY);
    // Projects are no choice for those who have one.
    let is_there = move || {
        let count = values.read().len();
        if dimension == Dimension::Project { count > 1 } else { count > 0 }
    };
    let with_days = matches!(dimension, Dimension::Due | Dimension::Age);
    view! {
        <fieldset class="filter-group" hidden=move || !is_there()>
            <legend>{dimension_word(dimension)}</legend>
            {move || is_many.get().then(|| {
                let label = t_with(words::SEARCH_IN, &[("what", dimension_word(dimension))]);
                view! {
                    <input type="search" autocomplete="off" spellcheck="false" aria-label=label.clone() placeholder=label
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                }
            })}
            <ul class="filter-values">
                <For each=shown key=String::clone children=move |value| view! { <Value dimension value go/> }/>
            </ul>
            {move || (more() > 0).then(|| {
                let more = u32::try_from(more()).unwrap_or(u32::MAX);
                view! { <p class="quiet">{t_with(words::MORE, &[("n", &number(more))])}</p> }
            })}
            {move || (is_many.get() && matching.read().is_empty()).then(|| view! { <p class="quiet">{t(words::NOTHING)}</p> })}
            {with_days.then(|| view! { <p class="quiet">{t_with(words::ZONE, &[("zone", &platform::zone())])}</p> })}
        </fieldset>
    }
}

#[component]
fn Value(dimension: Dimension, value: String, go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let value = StoredValue::new(value);
    let name = Memo::new(move |_| value.with_value(|value| called(portal, dimension, value)));
    let count = move || {
        portal.filters().facets.with(|facets| {
            let facets = facets.iter().flat_map(|(_, facets)| &facets.facets);
            let of = |facet: &&portal_model::api::tasks::TaskFacet| {
                facet.dimension == dimension && value.with_value(|value| facet.value == *value)
            };
            let found = facets.filter(of).map(|facet| facet.tasks).next();
            number(found.unwrap_or(0))
        })
    };
    let is_on = move || value.with_value(|value| inbox.view.read().filter.has(dimension, value));
    let toggle = move |_| {
        let view = inbox.view.get_untracked();
        let filter = value.with_value(|value| view.filter.toggled(dimension, value));
        go.run((InboxView { filter, ..view }, false));
    };
    view! {
        <li>
            <label class="check">
                <input type="checkbox" prop:checked=is_on on:change=toggle/>
                <bdi>{move || name.get().0}</bdi>
                {move || name.read().1.then(|| view! { <em>{t(words::GONE)}</em> })}
                <small class="num">{count}</small>
            </label>
        </li>
    }
}

//! Predictions of this file against what people drew or another run said: what is found, wrong and missed.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use portal_model::{
    annotation::Label,
    id::{LabelId, ModelRunId},
    results::{Against, Comparison, ResultView},
};

use crate::{
    compare::{
        chart::{Chart, Line},
        matrix::matrix,
        share,
    },
    paths, platform,
    stage::{Shown, verdict},
    text::{compare as words, file, hundredths, number, t, t_count, t_with},
};

/// So many are compared while the slider moves; more once it rests.
const AT_ONCE: usize = 2_000;
/// More are not compared here: the page would stand still.
const MOST: usize = 50_000;
/// How long the hand rests, in milliseconds.
const REST: u32 = 100;

/// How the shown predictions do: against what is chosen, else against people. What became of each is told to the stage when
/// something was chosen.
pub fn follow(shown: Shown) -> RwSignal<Arc<Comparison>> {
    let comparison = RwSignal::new(Arc::new(Comparison::default()));
    let compare = move || {
        let view = shown.view.get_untracked();
        let asked = view.against.is_some();
        let view = ResultView { against: view.against.or(Some(Against::People)), ..view };
        let found = shown.annotations.with_untracked(|all| match all.len() {
            0..=MOST => Comparison::of(all, &view),
            _ => Comparison::default(),
        });
        if asked {
            shown.outcomes.set(found.outcomes.clone());
        } else if shown.outcomes.with_untracked(|outcomes| !outcomes.is_empty()) {
            shown.outcomes.set(Vec::new());
        }
        comparison.set(Arc::new(found));
    };
    let waits = StoredValue::new(false);
    Effect::new(move |_| {
        shown.view.track();
        if shown.annotations.with(Vec::len) <= AT_ONCE {
            return compare();
        }
        if waits.get_value() {
            return;
        }
        waits.set_value(true);
        leptos::task::spawn_local(async move {
            let mut before = None;
            while let Some(now) = shown.view.try_get_untracked() {
                if before.as_ref() == Some(&now) {
                    break;
                }
                before = Some(now);
                platform::sleep(REST).await;
            }
            if waits.try_set_value(false).is_none() {
                compare();
            }
        });
    });
    comparison
}

/// Goes to the next annotation that is wrong or missed, or back to the one before.
fn step(shown: Shown, comparison: &Comparison, back: bool) {
    let mistakes: Vec<usize> = comparison.mistakes().collect();
    let now = shown.pinned.get_untracked();
    let next = if back {
        mistakes.iter().rev().find(|at| now.is_some_and(|now| **at < now)).or(mistakes.last())
    } else {
        mistakes.iter().find(|at| now.is_none_or(|now| **at > now)).or(mistakes.first())
    };
    if let Some(next) = next.copied() {
        shown.pinned.set(Some(next));
        shown.centre.set(Some(next));
        shown.listed.set(Some(next));
    }
}

/// The controls of a comparison, and what it says.
#[component]
pub fn Compare(shown: Shown, comparison: RwSignal<Arc<Comparison>>, settled: Callback<()>) -> impl IntoView {
    let against = Memo::new(move |_| shown.view.read().against);
    let choose = move |event| {
        let value = event_target_value(&event);
        let chosen = match value.as_str() {
            "people" => Some(Against::People),
            run => run.parse().ok().map(|id| Against::Run(ModelRunId(id))),
        };
        shown.view.update(|view| view.against = chosen);
        settled.run(());
    };
    view! {
        <section class="comparing" aria-labelledby="compare-head">
            <h2><label id="compare-head" for="against">{t(words::WITH)}</label></h2>
            <select id="against" on:change=choose>
                <option value="" selected=move || against.get().is_none()>{t(words::WITH_NOTHING)}</option>
                <option value="people" selected=move || against.get() == Some(Against::People)>{t(words::PEOPLE)}</option>
                <For each=move || shown.runs.get() key=|run| run.id children=move |run| {
                    let own = Some(Against::Run(run.id));
                    let name = t_with(words::RUN, &[("name", &run.name)]);
                    view! { <option value=run.id.to_string() selected=move || against.get() == own>{name}</option> }
                }/>
            </select>
            {move || against.get().is_some().then(|| view! { <Compared shown comparison settled/> })}
        </section>
    }
}

/// What the comparison says.
#[component]
fn Compared(shown: Shown, comparison: RwSignal<Arc<Comparison>>, settled: Callback<()>) -> impl IntoView {
    let counts = Memo::new(move |_| comparison.read().counts());
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if is_plain && event.key().eq_ignore_ascii_case("m") && !platform::is_typing() {
            step(shown, &comparison.get_untracked(), event.shift_key());
        }
    });
    on_cleanup(move || keys.remove());
    let place = Memo::new(move |_| {
        let pinned = shown.pinned.get()?;
        let comparison = comparison.read();
        let at = comparison.mistakes().position(|mistake| mistake == pinned)? + 1;
        let outcome = comparison.outcomes.get(pinned).copied().flatten()?;
        Some((u32::try_from(at).unwrap_or(u32::MAX), verdict(outcome)))
    });
    let mistakes = move || counts.read().wrong + counts.read().missed;
    let button = move |back: bool, words, sign: &'static str| {
        view! {
            <button type="button" class="btn" disabled=move || mistakes() == 0 on:click=move |_| step(shown, &comparison.get_untracked(), back)>
                <span aria-hidden="true">{sign}</span>{t(words)}
            </button>
        }
    };
    view! {
        <label class="quiet" for="overlap">{t(words::OVERLAP)}</label>
        <div class="range">
            <input
                id="overlap" type="range" min="30" max="95" step="5"
                prop:value=move || paths::hundredths(shown.view.read().overlap).to_string()
                aria-valuetext=move || hundredths(shown.view.read().overlap)
                on:input=move |event| {
                    let overlap: u8 = event_target_value(&event).parse().unwrap_or(50);
                    shown.view.update(|view| view.overlap = f64::from(overlap) / 100.0);
                }
                on:change=move |_| settled.run(())
            />
            <output class="num">{move || hundredths(shown.view.read().overlap)}</output>
        </div>
        {move || {
            let (n, most) = (shown.annotations.read().len(), u32::try_from(MOST).unwrap_or(u32::MAX));
            (n > MOST).then(|| view! { <p class="note">{t_with(words::TOO_MANY, &[("n", &number(most))])}</p> })
        }}
        <ul class="verdicts">
            <li class="is-found"><Sign of="M3 8l3.5 3.5L13 4"/><b class="num">{move || number(counts.read().found)}</b>{t(words::IS_FOUND)}</li>
            <li class="is-wrong"><Sign of="M3.5 3.5l9 9M3.5 12.5l9-9"/><b class="num">{move || number(counts.read().wrong)}</b>{t(words::IS_WRONG)}</li>
            <li class="is-missed"><Sign of="M8 3a5 5 0 1 0 .01 0z"/><b class="num">{move || number(counts.read().missed)}</b>{t(words::IS_MISSED)}</li>
        </ul>
        <div class="ways">
            {button(true, words::PREVIOUS, "‹")}
            {button(false, words::NEXT, "›")}
        </div>
        <p class="quiet" role="status">{move || match (mistakes(), place.get()) {
            (0, _) => t(words::NO_MISTAKE).to_owned(),
            (all, Some((at, word))) => t_with(words::AT, &[("n", &number(at)), ("all", &number(all)), ("what", &word)]),
            (_, None) => t(words::KEYS).to_owned(),
        }}</p>
        {move || shown.frame.get().is_some().then(|| view! { <p class="quiet">{t(words::ONE_FRAME)}</p> })}
        {move || match comparison.read().shapeless {
            0 => None,
            n => Some(view! { <p class="note">{t_count(words::SHAPELESS_ONE, words::SHAPELESS_OTHER, n)}</p> }),
        }}
        <Numbers shown comparison/>
    }
}

/// A sign as on the picture.
#[component]
fn Sign(of: &'static str) -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><path d=of/></svg> }
}

/// The name of a class.
fn name(labels: &[Label], id: Option<LabelId>) -> String {
    match id.and_then(|id| labels.iter().find(|label| label.id == id)) {
        Some(label) => label.name.clone(),
        None => t(crate::text::task::NO_LABEL).to_owned(),
    }
}

/// Table, curve and confusion. Made anew when the numbers are: none of it is operated.
#[component]
fn Numbers(shown: Shown, comparison: RwSignal<Arc<Comparison>>) -> impl IntoView {
    // What is open stays open over changes.
    let (curve_open, matrix_open) = (RwSignal::new(true), RwSignal::new(false));
    let names = move |comparison: &Comparison| {
        let labels = shown.labels.read();
        comparison.classes.iter().map(|class| name(&labels, class.label)).collect::<Vec<_>>()
    };
    let table = move || {
        let comparison = comparison.get();
        let rows = comparison.classes.iter().zip(names(&comparison)).map(|(class, name)| {
            let counts = class.counts;
            let numbers = [counts.precision(), counts.recall(), counts.f1(), class.average];
            let cells = numbers.map(|one| view! { <td class="num">{share(one)}</td> }.into_any());
            view! { <tr><th scope="row"><bdi>{name}</bdi></th>{cells.into_iter().collect::<Vec<_>>()}</tr> }.into_any()
        });
        view! { <tbody>{rows.collect::<Vec<_>>()}</tbody> }.into_any()
    };
    view! {
        <table class="numbers">
            <caption class="sr">{t(words::BY_CLASS)}</caption>
            <thead><tr>
                <th scope="col">{t(words::CLASS)}</th><th scope="col">{t(file::PRECISION)}</th><th scope="col">{t(file::RECALL)}</th>
                <th scope="col">{t(words::F1)}</th><th scope="col"><abbr title=t(words::AP_LONG)>{t(words::AP)}</abbr></th>
            </tr></thead>
            {table}
        </table>
        <p class="quiet">{move || t_with(words::HOW, &[("iou", &hundredths(shown.view.read().overlap))])}</p>
        <details open=move || curve_open.get() on:toggle=move |event| curve_open.set(is_open(&event))>
            <summary>{t(words::CURVE)}</summary>
            {move || match &comparison.read().curve {
                Some(curve) => view! { <Chart lines=vec![Line { name: String::new(), precisions: curve.precisions.clone() }]/> }.into_any(),
                None => view! { <p class="quiet">{t(words::NO_TRUTHS)}</p> }.into_any(),
            }}
        </details>
        <details open=move || matrix_open.get() on:toggle=move |event| matrix_open.set(is_open(&event))>
            <summary>{t(words::CONFUSION)}</summary>
            {move || {
                let comparison = comparison.get();
                let rows: Vec<Vec<u32>> = comparison.confusion.rows().map(<[u32]>::to_vec).collect();
                matrix(t(words::CONFUSION).to_owned(), &names(&comparison), &rows, |_, _, n| number(n).into_any())
            }}
        </details>
    }
}

fn is_open(event: &web_sys::Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}

//! What is shown of a file: run, score, classes; why the rest is hidden; and how the shown predictions do.

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use portal_model::{
    annotation::Label,
    id::{FileId, ModelRunId},
    metrics::Counts,
    results::{BARS, Comparison, ResultView, Tally, histogram},
};

use super::compare::{self, Compare};
use crate::{
    app::portal,
    paths,
    stage::Shown,
    text::{compare as compared, file as words, hundredths, number, t, t_count, t_with, task},
};

/// The controls.
#[component]
pub fn Controls(shown: Shown, file: FileId) -> impl IntoView {
    let route = portal().route;
    // The address follows what is shown, without a new page: a reload or a copied link shows the same.
    let settled = move || {
        let address = paths::file_showing(file, &shown.view.read_untracked(), None);
        route.replace(&address);
    };
    let comparison = compare::follow(shown);
    let tally = Memo::new(move |_| shown.annotations.with(|all| shown.view.with(|view| Tally::of(all, view))));
    view! {
        {move || (tally.read().predictions == 0 && shown.frame.get().is_none()).then(|| view! { <p class="quiet">{t(words::NONE)}</p> })}
        <Runs shown settled=Callback::new(move |()| settled())/>
        <section aria-labelledby="least-head">
            <h2 id="least-head">{t(words::LEAST)}</h2>
            <Histogram shown/>
            <div class="range">
                <input
                    type="range" min="0" max="100" step="1" aria-labelledby="least-head"
                    prop:value=move || paths::hundredths(shown.view.read().least).to_string()
                    on:input=move |event| {
                        let least: u8 = event_target_value(&event).parse().unwrap_or_default();
                        shown.view.update(|view| view.least = f64::from(least) / 100.0);
                    }
                    on:change=move |_| settled()
                />
                <output class="num">{move || hundredths(shown.view.read().least)}</output>
            </div>
            <p class="sr" role="status">{move || hidden(&tally.read())}</p>
            {move || match (shown.unreadable.get(), tally.read().set_aside) {
                (0, 0) => None,
                (bad, aside) => {
                    let bad = (bad > 0).then(|| t_count(task::UNREADABLE_ONE, task::UNREADABLE_OTHER, bad));
                    let aside = (aside > 0).then(|| t_count(compared::ASIDE_ONE, compared::ASIDE_OTHER, aside));
                    Some(view! { <p class="note">{bad.into_iter().chain(aside).collect::<Vec<_>>().join(" ")}</p> })
                }
            }}
            {move || {
                let tally = tally.get();
                (tally.hidden() > 0).then(|| view! {
                    <p class="note" aria-hidden="true">{hidden(&tally)}</p>
                    <p><button type="button" class="btn" on:click=move |_| { shown.view.update(show_all); settled(); }>{t(words::SHOW_ALL)}</button></p>
                })
            }}
            {move || match tally.read().unscored {
                0 => None,
                n if shown.view.read().least > 0.0 => Some(view! { <p class="quiet">{t_count(words::UNSCORED_ONE, words::UNSCORED_OTHER, n)}</p> }),
                _ => None,
            }}
        </section>
        <Compare shown comparison settled=Callback::new(move |()| settled())/>
        <Classes shown comparison settled=Callback::new(move |()| settled())/>
    }
}

/// Nothing is hidden any more. What is compared stays so.
fn show_all(view: &mut ResultView) {
    *view = ResultView { against: view.against, overlap: view.overlap, ..ResultView::default() };
}

/// Why how many are hidden; nothing when none is.
fn hidden(tally: &Tally) -> String {
    if tally.hidden() == 0 {
        return String::new();
    }
    let reasons = [
        (tally.low_score, words::WHY_SCORE),
        (tally.other_run, words::WHY_RUN),
        (tally.label_off, words::WHY_LABEL),
        (tally.switched_off, words::WHY_OFF),
    ];
    let why: Vec<String> =
        reasons.iter().filter(|(n, _)| *n > 0).map(|(n, key)| t_with(*key, &[("n", &number(*n))])).collect();
    t_with(
        words::HIDDEN,
        &[("n", &number(tally.hidden())), ("all", &number(tally.predictions)), ("why", &why.join(", "))],
    )
}

/// The choice of a run, where there is one.
#[component]
fn Runs(shown: Shown, settled: Callback<()>) -> impl IntoView {
    let some = Memo::new(move |_| !shown.runs.read().is_empty());
    let choose = move |event| {
        let run = event_target_value(&event).parse().ok().map(ModelRunId);
        shown.view.update(|view| view.run = run);
        settled.run(());
    };
    move || {
        some.get().then(|| {
            view! {
                <section>
                    <h2><label for="run">{t(words::RUN)}</label></h2>
                    <select id="run" on:change=choose>
                        <option value="" selected=move || shown.view.read().run.is_none()>{t(words::ALL_RUNS)}</option>
                        <For each=move || shown.runs.get() key=|run| run.id children=move |run| {
                            let id = run.id;
                            view! { <option value=id.to_string() selected=move || shown.view.read().run == Some(id)>{run.name}</option> }
                        }/>
                    </select>
                </section>
            }
        })
    }
}

/// How many predictions have which score; those that are shown stand out.
#[component]
fn Histogram(shown: Shown) -> impl IntoView {
    let run = Memo::new(move |_| shown.view.read().run);
    let bars = Memo::new(move |_| shown.annotations.with(|all| histogram(all, run.get())));
    let least = Memo::new(move |_| shown.view.read().least);
    move || {
        let bars = bars.get();
        let most = bars.iter().copied().max().unwrap_or(0).max(1);
        let drawn = bars.iter().enumerate().map(|(i, count)| {
            #[expect(clippy::cast_precision_loss, reason = "twenty bars")]
            let end = (i + 1) as f64 / BARS as f64;
            // Whole units of a drawing 300 units high.
            let height = count * 300 / most;
            let class = move || if end > least.get() { "on" } else { "" };
            view! { <rect class=class x=(i * 5).to_string() y=(300 - height).to_string() width="4" height=height.to_string()/> }
        });
        view! {
            <svg class="histogram" viewBox="0 0 100 300" preserveAspectRatio="none" role="img" aria-label=t(words::SCORES)>
                {drawn.collect_view()}
            </svg>
        }
    }
}

/// How the predictions of one class do, in words; nothing where there is nothing to compare.
fn how_found(counts: Counts) -> String {
    let mut said = Vec::new();
    if counts.truths() > 0 {
        said.push(t_with(words::FOUND, &[("found", &number(counts.found)), ("all", &number(counts.truths()))]));
    }
    if counts.wrong > 0 {
        said.push(t_with(words::WRONG, &[("n", &number(counts.wrong))]));
    }
    said.join(" · ")
}

/// The classes, on or off, with how the shown predictions of each do.
#[component]
fn Classes(shown: Shown, comparison: RwSignal<Arc<Comparison>>, settled: Callback<()>) -> impl IntoView {
    let used = Memo::new(move |_| {
        let labels = shown.labels.get();
        shown.annotations.with(|all| {
            let used: BTreeSet<_> = all.iter().filter_map(|annotation| annotation.label).collect();
            labels.into_iter().filter(|label| used.contains(&label.id)).collect::<Vec<Label>>()
        })
    });
    view! {
        <section aria-labelledby="classes">
            <h2 id="classes">{t(words::CLASSES)}</h2>
            <ul class="classes">
                <For each=move || used.get() key=|label| label.id children=move |label| {
                    let id = label.id;
                    let counts = Memo::new(move |_| {
                        let comparison = comparison.read();
                        comparison.classes.iter().find(|class| class.label == Some(id)).map(|class| class.counts)
                    });
                    view! {
                        <li>
                            <label class="check">
                                <input type="checkbox" prop:checked=move || !shown.view.read().off.contains(&id) on:change=move |event| {
                                    let on = event_target_checked(&event);
                                    shown.view.update(|view| { if on { view.off.remove(&id); } else { view.off.insert(id); } });
                                    settled.run(());
                                }/>
                                <svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" rx="3" fill=label.color/></svg>
                                <bdi>{label.name}</bdi>
                            </label>
                            {move || counts.get().map(|counts| view! { <small class="num">{how_found(counts)}</small> })}
                        </li>
                    }
                }/>
            </ul>
        </section>
    }
}

//! How the predictions scored, in ten bars: one is chosen by a click, several by a second click or by drawing over them.

use leptos::prelude::*;
use portal_model::api::explorer::FileFacets;

use super::{asked, change};
use crate::{
    app::portal,
    explorer::{Go, quick},
    text::{facets as said, hundredths, t, t_count, t_with},
};

/// What a click on a bar chooses: beside one chosen bar the range to it, on that one nothing, else the bar alone. Pure.
fn clicked(chosen: Option<quick::Bins>, bin: usize) -> Option<quick::Bins> {
    match chosen {
        Some((first, last)) if first == last && first == bin => None,
        Some((first, last)) if first == last => Some((first.min(bin), last.max(bin))),
        _ => Some((bin, bin)),
    }
}

/// From where to where a bar goes, in words.
fn ends(first: usize, last: usize) -> [String; 2] {
    #[expect(clippy::cast_precision_loss, reason = "there are ten")]
    let at = |n: usize| hundredths(n as f64 / FileFacets::BINS as f64);
    [at(first), at(last + 1)]
}

/// The bars; nothing where nothing scored.
#[component]
pub fn Histogram(go: Go) -> impl IntoView {
    let portal = portal();
    let facets = portal.explorer().facets;
    let bars = Memo::new(move |_| {
        facets.scores.with(|scores| scores.as_ref().map(|(_, scores)| scores.clone()).unwrap_or_default())
    });
    let highest = Memo::new(move |_| bars.read().iter().copied().max().unwrap_or(0));
    let asked_for = Memo::new(move |_| asked(portal).and_then(|query| quick::bins(&query, FileFacets::BINS)));
    // Where drawing over the bars began, and where it is.
    let drawn = RwSignal::new(None::<quick::Bins>);
    let chosen = Memo::new(move |_| drawn.get().map(|(a, b)| (a.min(b), a.max(b))).or_else(|| asked_for.get()));
    let choose =
        move |bins: Option<quick::Bins>| change(portal, go, |query| quick::scored(query, bins, FileFacets::BINS));
    let bar = move |bin: usize| {
        let count = move || bars.read().get(bin).copied().unwrap_or(0);
        let height = move || {
            // Few beside many are still seen.
            let share = u64::from(count()) * 100 / u64::from(highest.get().max(1));
            format!("{}%", if count() > 0 { share.max(3) } else { 0 })
        };
        let words = move || {
            let [from, to] = ends(bin, bin);
            let n = t_count(said::PREDICTIONS_ONE, said::PREDICTIONS_OTHER, count());
            t_with(said::BAR, &[("from", &from), ("to", &to), ("n", &n)])
        };
        let is_in = move || chosen.get().is_some_and(|(first, last)| (first..=last).contains(&bin));
        view! {
            <button type="button" aria-pressed=move || is_in().to_string() aria-label=words title=words
                on:pointerdown=move |event| {
                    if event.pointer_type() == "mouse" && event.button() == 0 {
                        drawn.set(Some((bin, bin)));
                    }
                }
                on:pointerenter=move |event| {
                    if event.buttons() == 1 && drawn.with_untracked(Option::is_some) {
                        drawn.update(|drawn| *drawn = drawn.map(|(from, _)| (from, bin)));
                    }
                }
                // After drawing over several there is no click on one.
                on:click=move |_| choose(clicked(asked_for.get_untracked(), bin))
            ><i style:block-size=height></i></button>
        }
    };
    let let_go = move |_| {
        if let Some((from, to)) = drawn.get_untracked() {
            drawn.set(None);
            if from != to {
                choose(Some((from.min(to), from.max(to))));
            }
        }
    };
    let range = move || {
        chosen.get().map(|(first, last)| {
            let [from, to] = ends(first, last);
            t_with(said::RANGE, &[("from", &from), ("to", &to)])
        })
    };
    view! {
        <fieldset class="filter-group" hidden=move || highest.get() == 0 && asked_for.get().is_none()>
            <legend>{t(said::SCORES)}</legend>
            <div class="histogram" dir="ltr" on:pointerup=let_go on:pointerleave=let_go on:pointercancel=move |_| drawn.set(None)>
                {(0..FileFacets::BINS).map(bar).collect_view()}
            </div>
            <p class="histogram-ends" dir="ltr" aria-hidden="true"><span>{hundredths(0.0)}</span><span>{hundredths(1.0)}</span></p>
            <p class="histogram-range">
                {move || range().unwrap_or_else(|| t(said::RANGE_HOW).to_owned())}
                {move || asked_for.read().is_some().then(|| view! {
                    <button type="button" class="btn quietly" on:click=move |_| choose(None)>{t(said::RANGE_OFF)}</button>
                })}
            </p>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::clicked;

    #[test]
    fn two_clicks_make_a_range_and_a_third_begins_anew() {
        assert_eq!(clicked(None, 3), Some((3, 3)));
        assert_eq!(clicked(Some((3, 3)), 6), Some((3, 6)));
        assert_eq!(clicked(Some((3, 3)), 1), Some((1, 3)));
        assert_eq!(clicked(Some((3, 3)), 3), None);
        assert_eq!(clicked(Some((3, 6)), 4), Some((4, 4)));
    }
}

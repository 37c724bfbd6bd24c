//! A sound: the browser's own player, and a strip with what was marked along it.

use leptos::prelude::*;
use portal_model::{
    annotation::Geometry,
    api::{Media, path},
    file::FileSummary,
};

use super::{Shown, draw, text::nothing};
use crate::{
    platform,
    text::{t, t_with, task as words},
};

/// Width and height of the strip, in its own units.
const STRIP: (f64, f64) = (1_000.0, 64.0);

/// `1:04.3`.
pub fn seconds(time: f64) -> String {
    let minutes = (time / 60.0).floor();
    let rest = time - minutes * 60.0;
    let zero = if rest < 9.95 { "0" } else { "" };
    format!("{}:{zero}{}", platform::fixed(minutes, 0), platform::fixed(rest, 1))
}

/// A sound.
#[component]
pub fn SoundStage(file: FileSummary, shown: Shown) -> impl IntoView {
    let player = NodeRef::<leptos::html::Audio>::new();
    let (length, now, failed) = (RwSignal::new(0.0_f64), RwSignal::new(0.0_f64), RwSignal::new(false));
    let stretch = move |index: usize| {
        shown.annotations.with_untracked(|all| match all.get(index)?.geometry {
            Geometry::Stretch { start, end } => Some((start, end)),
            _ => None,
        })
    };
    // The one that was chosen is played, from its beginning to its end.
    let until = StoredValue::new(None::<f64>);
    Effect::new(move |before: Option<Option<usize>>| {
        let chosen = shown.pinned.get();
        // Not when the page comes.
        if before.is_some_and(|before| before != chosen)
            && let (Some((start, end)), Some(player)) = (chosen.and_then(stretch), player.get_untracked())
        {
            until.set_value(Some(end));
            player.set_current_time(start);
            // Refused where a browser wants a click first: then it stands there, ready.
            let _ = player.play();
        }
        chosen
    });
    let follow = move |_| {
        let Some(player) = player.get_untracked() else { return };
        now.set(player.current_time());
        if until.get_value().is_some_and(|until| player.current_time() >= until) {
            until.set_value(None);
            let _ = player.pause();
        }
    };
    let seek = move |event: web_sys::MouseEvent| {
        use wasm_bindgen::JsCast;
        let Some(strip) = event.current_target().and_then(|strip| strip.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let area = strip.get_bounding_client_rect();
        if let Some(player) = player.get_untracked().filter(|_| area.width() > 0.0) {
            until.set_value(None);
            player
                .set_current_time((f64::from(event.client_x()) - area.left()) / area.width() * length.get_untracked());
        }
    };
    let is_known = Memo::new(move |_| length.get() > 0.0);
    let at = move |time: f64| platform::fixed(time / length.get().max(0.001) * STRIP.0, 1);
    let marks = move || {
        let view = shown.view.get();
        shown.annotations.with(|all| {
            let visible = all.iter().enumerate().filter(|(_, annotation)| view.hides(annotation).is_none());
            let drawn =
                visible.filter_map(|(index, annotation)| {
                    let Geometry::Stretch { start, end } = annotation.geometry else { return None };
                    let colour = shown.labels.with_untracked(|labels| draw::colour(labels, annotation));
                    let dash = if annotation.prediction.is_some() { "6 4" } else { "" };
                    let on = move || shown.marked() == Some(index);
                    Some(view! {
                    <rect class:on=on x=move || at(start) width=move || at(end - start) y="10" height="44" rx="4"
                        fill=colour.clone() stroke=colour stroke-dasharray=dash/>
                }.into_any())
                });
            drawn.collect::<Vec<_>>()
        })
    };
    let label = t_with(words::SOUND_OF, &[("name", &file.name)]);
    let source = crate::paths::at(&path::media(file.id, Media::Audio));
    view! {
        <Show when=move || !failed.get() fallback=|| nothing(t(words::SOUND_FAILED))>
            <div class="sound-stage">
                <Show when=move || is_known.get()>
                    <svg class="strip" viewBox=format!("0 0 {} {}", STRIP.0, STRIP.1) preserveAspectRatio="none" role="img"
                        aria-label=t(words::STRETCHES) on:click=seek>
                        {marks}
                        <line class="now" x1=move || at(now.get()) x2=move || at(now.get()) y1="0" y2=STRIP.1.to_string()/>
                    </svg>
                </Show>
                <audio
                    node_ref=player src=source.clone() controls=true preload="metadata" aria-label=label.clone()
                    on:loadedmetadata=move |_| {
                        let time = player.get_untracked().map_or(0.0, |player| player.duration());
                        length.set(if time.is_finite() { time } else { 0.0 });
                    }
                    on:timeupdate=follow on:error=move |_| { let _ = failed.try_set(true); }
                ></audio>
            </div>
        </Show>
    }
}

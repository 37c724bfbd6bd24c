//! What the query does, part by part: so that one sees which part leaves nothing. And the same in Diffgram's own language, to be copied.

use leptos::prelude::*;
use portal_model::{
    api::explorer::{Explained, path},
    links::encode,
    permalink::{DiffgramOrigin, Target},
    query,
};

use crate::{
    api,
    app::portal,
    platform,
    session::SessionState,
    text::{explorer, form as w, t, t_count, t_with},
    ui::copy_button::CopyButton,
};

/// The query rests this long before it is explained, in milliseconds.
const REST: u32 = 250;

/// The explanation. It follows the query that is shown.
#[component]
pub fn Explanation() -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let said = RwSignal::new(None::<Explained>);
    let q = Memo::new(move |_| explorer.view.read().q.clone());
    Effect::new(move |_| {
        let asked = q.get();
        if query::parse(&asked).is_err() {
            return;
        }
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if q.try_get_untracked().as_ref() != Some(&asked) {
                return;
            }
            let answer = api::get::<Explained>(&format!("{}?q={}", path::FILE_EXPLAIN, encode(&asked))).await;
            if q.try_get_untracked().as_ref() == Some(&asked) {
                // Without an answer nothing is explained; that the list has none is said elsewhere.
                let _ = said.try_set(answer.ok());
            }
        });
    });
    move || {
        said.get().filter(|said| !said.parts.is_empty()).map(|said| {
            let found = if said.lower_bound { (explorer::LEAST_ONE, explorer::LEAST_OTHER) } else { (explorer::FOUND_ONE, explorer::FOUND_OTHER) };
            let several = said.parts.len() > 1;
            let total = t_count(found.0, found.1, said.total);
            view! {
                <section class="explained" aria-labelledby="explained-title">
                    <h3 id="explained-title">{t(w::EXPLAINED)}</h3>
                    <dl>
                        {said.parts.iter().map(|part| view! {
                            <dt><code dir="ltr">{part.text.clone()}</code></dt>
                            <dd class="num">{t_count(explorer::FOUND_ONE, explorer::FOUND_OTHER, part.files)}</dd>
                        }).collect_view()}
                        {several.then(|| view! { <dt>{t(w::TOGETHER)}</dt><dd class="num"><strong>{total}</strong></dd> })}
                    </dl>
                    {diffgram(&said)}
                </section>
            }
        })
    }
}

/// The same in Diffgram's language, or what of it cannot be said there.
fn diffgram(said: &Explained) -> AnyView {
    let portal = portal();
    let origin = portal.session.with_untracked(|state| match state {
        SessionState::In(session) => DiffgramOrigin::parse(&session.diffgram).ok(),
        _ => None,
    });
    let ways = said.datasets.iter().filter_map(|place| {
        let link = Target::Explorer(place.project.clone(), place.dataset.id).link(origin.as_ref()?)?;
        let name = place.dataset.name.clone();
        Some(view! { <a class="btn" href=link target="_blank" rel="noopener">{t_with(w::OPEN_AT_DIFFGRAM, &[("dataset", &name)])}</a> })
    });
    let ways = ways.collect_view();
    match &said.diffgram {
        Some(text) if !text.is_empty() => {
            let text = text.clone();
            view! {
                <h3>{t(w::AT_DIFFGRAM)}</h3>
                <p class="quiet">{t(w::AT_DIFFGRAM_WHAT)}</p>
                <p class="ways">
                    <code dir="ltr">{text.clone()}</code>
                    <CopyButton link=Signal::stored(text) what=Signal::stored(t(w::AT_DIFFGRAM).to_owned())/>
                    {ways}
                </p>
            }
            .into_any()
        }
        Some(_) => ().into_any(),
        None => {
            let parts = said.not_in_diffgram.join(" · ");
            view! { <h3>{t(w::AT_DIFFGRAM)}</h3><p class="quiet">{t(w::NOT_AT_DIFFGRAM)}" "<code dir="ltr">{parts}</code></p> }.into_any()
        }
    }
}

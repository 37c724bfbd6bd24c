//! How far Diffgram has been read, for admins: what is complete, how old it is, and which files could not be read.

use std::time::Duration;

use leptos::prelude::*;
use portal_model::api::reading::{Reading, Readings, Share, path};

use super::read::{Answer, nothing, read};
use crate::{
    app::portal,
    inbox::kind_word,
    paths,
    text::{changes, number, reading as w, t, t_count, t_with},
    ui::ago::Ago,
};

/// It is looked at again so often, while somebody looks.
const AGAIN: Duration = Duration::from_secs(5);

/// The page.
#[component]
pub fn ReadingPage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(w::TITLE));
    on_cleanup(move || portal.left());
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        leptos::task::spawn_local(async move {
            let answer = read::<Readings>(portal, path::READING).await;
            // What is shown stays when a later look fails: the bar says so.
            let keeps = !matches!(answer, Answer::Here(_))
                && state.try_with_untracked(|state| matches!(state, Answer::Here(_))) == Some(true);
            if !keeps {
                let _ = state.try_set(answer);
            }
        });
    };
    fetch();
    if let Ok(timer) = set_interval_with_handle(fetch, AGAIN) {
        on_cleanup(move || timer.clear());
    }
    // The page is made once; numbers change in place.
    let known = Memo::new(move |_| match state.get() {
        Answer::Here(all) => all.projects.iter().map(|one| one.project.clone()).collect(),
        _ => Vec::new(),
    });
    let here = Memo::new(move |_| matches!(*state.read(), Answer::Here(_)));
    move || {
        if !here.get() {
            return nothing(state.get(), fetch).map_or_else(|notice| notice, |_| ().into_any());
        }
        let projects = known.get();
        view! {
            <article class="admin-page">
                <header>
                    <h1>{t(w::TITLE)}</h1>
                    <a class="btn quietly" href=paths::CHANGES>{t(changes::TITLE)}</a>
                </header>
                <p class="quiet">{t(w::WHAT)}</p>
                {projects.into_iter().enumerate().map(|(place, _)| {
                    let one = Memo::new(move |_| match &*state.read() {
                        Answer::Here(all) => all.projects.get(place).cloned(),
                        _ => None,
                    });
                    move || one.get().map(|one| view! { <Project one/> })
                }).collect_view()}
            </article>
        }
        .into_any()
    }
}

/// A bar of what has been read, with the numbers.
fn share(label: &'static str, id: String, Share { read, total }: Share) -> impl IntoView {
    let words = t_with(w::OF, &[("read", &number(read)), ("total", &number(total))]);
    view! {
        <div class="share">
            <label for=id.clone()>{label}</label>
            <progress id=id max=total.max(1).to_string() value=if total == 0 { "1".to_owned() } else { read.to_string() }></progress>
            <span class="num">{words}</span>
        </div>
    }
}

/// One project.
#[component]
fn Project(one: Reading) -> impl IntoView {
    let up = if one.diffgram_up { ("pill done", w::UP) } else { ("pill back", w::DOWN) };
    let of = |what: &str| format!("{what}-{}", one.project);
    let more = one.refused.saturating_sub(u32::try_from(one.refused_files.len()).unwrap_or(u32::MAX));
    view! {
        <section>
            <h2><bdi>{one.name.clone()}</bdi>" "<span class=up.0>{t(up.1)}</span></h2>
            {share(t(w::TASKS), of("tasks"), one.tasks)}
            {share(t(w::FILES), of("files"), one.files)}
            <dl class="facts">
                <dt>{t(w::AS_OF)}</dt>
                <dd>{match one.as_of { Some(time) => view! { <Ago time=Signal::stored(time)/> }.into_any(), None => t(w::NEVER).into_any() }}</dd>
                <dt>{t(w::LISTED)}</dt>
                <dd>{match one.listed { Some(time) => view! { <Ago time=Signal::stored(time)/> }.into_any(), None => t(w::NEVER).into_any() }}</dd>
            </dl>
            {(one.refused > 0).then(|| view! {
                <h3>{t_count(w::REFUSED_ONE, w::REFUSED_OTHER, one.refused)}</h3>
                <p class="quiet">{t(w::REFUSED_WHY)}</p>
                <ul class="lines">
                    {one.refused_files.into_iter().map(|file| view! {
                        <li>
                            <a href=paths::file(file.id)><bdi>{file.name}</bdi></a>
                            <span class="chip">{kind_word(&file.kind)}</span>
                            <small class="num quiet">{format!("#{}", file.id)}</small>
                        </li>
                    }).collect_view()}
                </ul>
                {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &number(more))])}</p> })}
            })}
        </section>
    }
}

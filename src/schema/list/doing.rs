//! What can be done with a whole schema from the list: make one, name it otherwise, copy it, archive it, bring it back.

use leptos::{ev, prelude::*};
use portal_model::{
    api::schemas::{NewSchema, SchemaDetail, SchemaRow, path},
    id::{ProjectId, SchemaId},
    person::{ProjectAccess, Role},
    problem::{Problem, ProblemType},
    schema::SchemaDraft,
};

use super::copy::copy;
use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    paths, platform,
    schema::{keep, words as say},
    session::{self, SessionState},
    text::{Key, publish as w, schema, t, t_with},
    ui::{dialog, notice::request},
};

/// Diffgram's own limit is longer; names are read in lists.
const LONGEST: &str = "200";

/// What is about to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A new schema.
    New,
    /// Another name.
    Rename(SchemaRow),
    /// A new schema with all of this one.
    Duplicate(SchemaRow),
    /// Not offered for new jobs any more.
    Archive(SchemaRow),
    /// Offered again.
    Back(SchemaRow),
}

/// What the dialog knows.
#[derive(Clone, Copy)]
pub struct Doing {
    portal: Portal,
    act: RwSignal<Option<Act>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Failure>>,
    /// Sent with what is made: an answer that was lost on its way does not make it twice.
    once: StoredValue<String>,
    done: Callback<()>,
}

impl Doing {
    /// `done`: the list is to be read again.
    pub fn new(done: Callback<()>) -> Self {
        Self {
            portal: portal(),
            act: RwSignal::new(None),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
            once: StoredValue::new(platform::once()),
            done,
        }
    }

    /// Opens the dialog for it.
    pub fn ask(self, act: Act) {
        self.edited();
        self.act.set(Some(act));
    }

    /// What is asked for is another.
    fn edited(self) {
        self.failed.set(None);
        self.once.set_value(platform::once());
    }
}

impl Act {
    fn title(&self) -> String {
        let named = |key: Key, row: &SchemaRow| t_with(key, &[("name", &say::name(&row.name))]);
        match self {
            Self::New => t(w::NEW).to_owned(),
            Self::Rename(row) => named(w::RENAME_TITLE, row),
            Self::Duplicate(row) => named(w::DUPLICATE_TITLE, row),
            Self::Archive(row) => named(w::ARCHIVE_TITLE, row),
            Self::Back(row) => named(w::BACK_TITLE, row),
        }
    }

    fn words(&self) -> Option<Key> {
        match self {
            Self::New => Some(w::NEW_WORDS),
            Self::Rename(_) => None,
            Self::Duplicate(_) => Some(w::DUPLICATE_WORDS),
            Self::Archive(_) => Some(w::ARCHIVE_WORDS),
            Self::Back(_) => Some(w::BACK_WORDS),
        }
    }

    /// What its button says.
    fn button(&self) -> Key {
        match self {
            Self::New => w::MAKE,
            Self::Rename(_) => w::RENAME,
            Self::Duplicate(_) => w::DUPLICATE,
            Self::Archive(_) => schema::ARCHIVE,
            Self::Back(_) => w::BRING_BACK,
        }
    }

    /// The name to begin with, where one is asked for.
    fn name(&self) -> Option<String> {
        match self {
            Self::New => Some(String::new()),
            Self::Rename(row) => Some(row.name.clone()),
            Self::Duplicate(row) => Some(t_with(w::COPY_OF, &[("name", &row.name)])),
            Self::Archive(_) | Self::Back(_) => None,
        }
    }
}

/// The dialog.
#[component]
pub fn Dialogs(doing: Doing) -> impl IntoView {
    let dialog = dialog::follow(move || doing.act.read().is_some());
    view! {
        <dialog
            class="job-dialog" node_ref=dialog aria-labelledby="doing-title" on:close=move |_| doing.act.set(None)
            // What is on its way cannot be called back.
            on:cancel=move |event: web_sys::Event| if doing.busy.get_untracked() { event.prevent_default() }
        >
            {move || doing.act.get().map(|act| view! { <Form doing act/> })}
        </dialog>
    }
}

#[component]
fn Form(doing: Doing, act: Act) -> impl IntoView {
    let projects = mine(doing.portal);
    let name = RwSignal::new(act.name().unwrap_or_default());
    let project = RwSignal::new(projects.first().map(|project| project.id.clone()));
    let asks_name = act.name().is_some();
    let before = act.name().unwrap_or_default();
    // Nothing to do yet: the button waits, and the field says why.
    let (renames, new) = (matches!(act, Act::Rename(_)), act == Act::New);
    let ready = Memo::new(move |_| {
        let named = name.with(|name| {
            let name = name.trim();
            !name.is_empty() && (!renames || name != before.trim())
        });
        (!asks_name || named) && (!new || project.read().is_some())
    });
    let choice = new.then(|| choose(doing, projects, project));
    let (title, words, button) = (act.title(), act.words(), act.button());
    let act = StoredValue::new(act);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if doing.busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        doing.run(act.get_value(), name.get_untracked().trim().to_owned(), project.get_untracked());
    };
    view! {
        <form on:submit=submit novalidate>
            <h2 id="doing-title">{title}</h2>
            {words.map(|words| view! { <p>{t(words)}</p> })}
            {choice}
            {asks_name.then(|| view! {
                <div class="field">
                    <label for="schema-name">{t(w::NAME)}</label>
                    <input id="schema-name" type="text" dir="auto" autocomplete="off" maxlength=LONGEST
                        aria-describedby="schema-name-hint" prop:value=move || name.get() on:input=move |event| { doing.edited(); name.set(event_target_value(&event)); }/>
                    <p class="quiet" id="schema-name-hint">{t(w::NAME_HINT)}</p>
                </div>
            })}
            <div role="alert">{move || doing.failed.get().map(|failure| view! {
                <p class="fault">{why(&failure)}</p> {request(Some(&failure))}
            })}</div>
            <div class="ways end">
                <button type="button" class="btn" disabled=move || doing.busy.get() on:click=move |_| doing.act.set(None)>{t(schema::CANCEL)}</button>
                <button type="submit" class="btn primary" disabled=move || doing.busy.get() || !ready.get()>
                    {move || t(if doing.busy.get() { w::BUSY } else { button })}
                </button>
            </div>
        </form>
    }
}

/// The projects in which the person may make schemas.
fn mine(portal: Portal) -> Vec<ProjectAccess> {
    portal.session.with_untracked(|state| match state {
        SessionState::In(session) => {
            session.projects.iter().filter(|project| project.role >= Role::Admin).cloned().collect()
        }
        _ => Vec::new(),
    })
}

fn choose(doing: Doing, projects: Vec<ProjectAccess>, project: RwSignal<Option<ProjectId>>) -> AnyView {
    let choices: Vec<AnyView> = projects
        .into_iter()
        .map(|one| view! { <option value=one.id.to_string()>{one.name}</option> }.into_any())
        .collect();
    view! {
        <div class="field">
            <label for="schema-project">{t(w::PROJECT)}</label>
            <select id="schema-project" on:change=move |event| { doing.edited(); project.set(Some(ProjectId(event_target_value(&event)))); }>{choices}</select>
        </div>
    }
    .into_any()
}

/// Why it was not done.
fn why(failure: &Failure) -> &'static str {
    match failure {
        Failure::Problem(Problem { kind: ProblemType::InvalidDraft | ProblemType::InvalidRequest, .. }) => {
            t(w::NAME_TAKEN)
        }
        Failure::Problem(Problem { kind: ProblemType::Conflict, .. }) => t(w::LIST_CONFLICT),
        Failure::Problem(Problem { kind: ProblemType::Incomplete, .. }) => t(w::LIST_INCOMPLETE),
        failure => failure.words(),
    }
}

impl Doing {
    fn run(self, act: Act, name: String, project: Option<ProjectId>) {
        self.busy.set(true);
        self.failed.set(None);
        leptos::task::spawn_local(async move {
            let (who, once) = (self.portal.who(), self.once.get_value());
            let answer = match &act {
                Act::New => match project {
                    Some(project) => make(project, name, &once).await.map(|made| Some(made.schema.id)),
                    None => Ok(None),
                },
                Act::Duplicate(row) => duplicate(self.portal, row, name, &who, &once).await.map(Some),
                Act::Rename(row) => change(row.id, |draft| draft.name = name).await,
                Act::Archive(row) => change(row.id, |draft| draft.archived = true).await,
                Act::Back(row) => change(row.id, |draft| draft.archived = false).await,
            };
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(open) => {
                    self.act.set(None);
                    self.portal.say(t(done(&act)));
                    match open {
                        Some(id) => self.portal.route.go(&paths::schema(id)),
                        None => self.done.run(()),
                    }
                }
                Err(failure) => {
                    session::ended(self.portal, &failure);
                    self.failed.set(Some(failure));
                }
            }
        });
    }
}

/// What is said when it is done.
fn done(act: &Act) -> Key {
    match act {
        Act::New => w::SAID_NEW,
        Act::Rename(_) => w::SAID_RENAMED,
        Act::Duplicate(_) => w::SAID_DUPLICATED,
        Act::Archive(_) => w::SAID_ARCHIVED,
        Act::Back(_) => w::SAID_BACK,
    }
}

async fn make(project: ProjectId, name: String, once: &str) -> Result<SchemaDetail, Failure> {
    let new = NewSchema { project, name };
    api::send_with("POST", path::SCHEMAS, &[("idempotency-key", once)], Some(&new)).await
}

/// Makes an empty schema, and a draft in this browser that has all of the other one.
async fn duplicate(portal: Portal, row: &SchemaRow, name: String, who: &str, once: &str) -> Result<SchemaId, Failure> {
    let from = api::get_fresh::<SchemaDetail>(&path::schema(row.id)).await?;
    let into = make(row.project.clone(), name, once).await?;
    let draft = copy(&from.plain(), &into.plain());
    if keep::write(who, into.schema.id, &keep::pack(&into, &draft)).is_none() {
        portal.say(t(w::COPY_UNKEPT));
    }
    Ok(into.schema.id)
}

/// Changes a schema at once, as it is now: nothing in it is archived by this.
async fn change(id: SchemaId, how: impl FnOnce(&mut SchemaDraft)) -> Result<Option<SchemaId>, Failure> {
    let detail = api::get_fresh::<SchemaDetail>(&path::schema(id)).await?;
    let mut draft = SchemaDraft::from(&detail.plain());
    how(&mut draft);
    let once = platform::once();
    let headers = [("if-match", detail.version.as_str()), ("idempotency-key", once.as_str())];
    api::send_with::<SchemaDetail>("PUT", &path::schema(id), &headers, Some(&draft)).await.map(|_| None)
}

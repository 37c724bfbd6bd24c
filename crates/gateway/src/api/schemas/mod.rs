//! Schemas and their attributes, for admins and for keys of host apps.

pub mod apply;
pub mod attribute;
pub mod create;
pub mod edit;
pub mod file;
pub mod get;
pub mod list;
pub mod options;
pub mod plan;
pub mod put;
pub mod runs;
pub mod table;
pub mod versions;

use axum::http::{HeaderMap, StatusCode, header};
use portal_diffgram::Error as DiffgramError;
use portal_model::{
    api::schemas::{EditProblem, Run, RunState, SchemaProblem, Wish},
    id::{AttributeId, SchemaId},
    problem::ProblemType,
};

use crate::{
    problem::Reply,
    schema::{Error, Incomplete, Why},
};

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSchema => Self::not_found("This schema does not exist or is not yours."),
            Error::NoAttribute => Self::not_found("This attribute does not exist or is not yours."),
            Error::Changed(state) => with(
                Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    ProblemType::Conflict,
                    "It changed",
                    "Somebody changed this attribute since it was read. Look at it as it is now, then decide again.",
                ),
                &EditProblem { state: Some(state), ..EditProblem::default() },
            ),
            Error::Faults(faults) => with(
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    ProblemType::InvalidDraft,
                    "The draft has faults",
                    "Correct the faults that are named, then send it again. Nothing was changed.",
                ),
                &EditProblem { faults, ..EditProblem::default() },
            ),
            Error::Unclear(why) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ProblemType::InvalidRequest,
                "Unclear edits",
                &format!("Nothing was changed: {why}."),
            ),
            Error::Incomplete(incomplete) => incomplete_problem(*incomplete),
            Error::NoProject => Self::not_found("This project does not exist or is not yours."),
            Error::NoRun => Self::not_found("This run does not exist or is not yours."),
            Error::NoVersion => Self::not_found("This version does not exist or is not yours."),
            Error::SchemaChanged(now) => with(
                Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    ProblemType::Conflict,
                    "It changed",
                    "Somebody changed this schema since it was read. Look at it as it is now, then decide again.",
                ),
                &SchemaProblem { now: Some(now), ..SchemaProblem::default() },
            ),
            Error::SchemaFaults(faults) => with(
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    ProblemType::InvalidDraft,
                    "The draft has faults",
                    "Correct the faults that are named, then send it again. Nothing was changed.",
                ),
                &SchemaProblem { faults, ..SchemaProblem::default() },
            ),
            Error::UnderWay(run) => {
                conflict("Under way", "Another change of this schema is not over. Wait for it, or stop it.", *run)
            }
            Error::Over(run) => conflict("It is over", "This run has ended. Nothing is left to go on with.", *run),
            Error::Unfinished(run) => unfinished(*run),
            Error::Store(_) | Error::Shape(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "schemas.store");
                Self::store_unavailable()
            }
            Error::Diffgram(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "schemas.diffgram");
                Self::diffgram_unavailable()
            }
            Error::Audit(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "schemas.audit");
                Self::store_unavailable()
            }
            Error::Index(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "schemas.index");
                Self::store_unavailable()
            }
        }
    }
}

fn conflict(title: &str, detail: &str, run: Run) -> Reply {
    with(
        Reply::new(StatusCode::CONFLICT, ProblemType::Conflict, title, detail),
        &SchemaProblem { run: Some(run), ..SchemaProblem::default() },
    )
}

fn unfinished(run: Run) -> Reply {
    let next = match run.state {
        RunState::Waiting => "It goes on by itself; read the run.",
        RunState::Stopped => "It was stopped.",
        _ => "Read the run, then resume or stop it.",
    };
    let detail = format!("{} {next}", run.reason.as_deref().unwrap_or("Not all calls were made.")).trim().to_owned();
    with(
        Reply::new(StatusCode::BAD_GATEWAY, ProblemType::Incomplete, "Not all of it was changed", &detail),
        &SchemaProblem { run: Some(run), ..SchemaProblem::default() },
    )
}

/// Longer words are no reason.
const LONGEST_WHY: usize = 500;

fn why(wish: &Wish) -> Result<(), Reply> {
    if wish.why.chars().count() > LONGEST_WHY {
        return Err(Reply::invalid("why is 500 characters at the most."));
    }
    Ok(())
}

/// The state that is meant (RFC 9110 §13.1.1). `*` means any, which is none.
fn if_match(headers: &HeaderMap) -> Result<String, Reply> {
    let value = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::trim);
    value.filter(|version| !version.is_empty() && *version != "*").map(str::to_owned).ok_or_else(|| {
        Reply::new(
            StatusCode::PRECONDITION_REQUIRED,
            ProblemType::PreconditionRequired,
            "Which state?",
            "Send If-Match with the version that the draft was made over, as ETag gave it.",
        )
    })
}

fn with(Reply(mut problem): Reply, edit: &impl serde::Serialize) -> Reply {
    problem.edit = serde_json::to_value(edit).ok().map(Box::new);
    Reply(problem)
}

fn incomplete_problem(Incomplete { state, left, why }: Incomplete) -> Reply {
    let cause = match &why {
        Why::Call(DiffgramError::Forbidden { .. }) => {
            "Diffgram refuses the project's key: it must be of the level Editor or admin."
        }
        Why::Call(error) if error.is_outage() => "Diffgram stopped answering.",
        Why::Call(_) => "Diffgram refused one of the calls.",
        Why::SomebodyElse => "Somebody else changed it at the same time.",
        Why::Gone => "It was archived meanwhile.",
    };
    let next = if state.is_some() {
        "Look at how it stands now; sending the same again makes what is left."
    } else {
        "How it stands now is not known: read it again, then decide."
    };
    with(
        Reply::new(
            StatusCode::BAD_GATEWAY,
            ProblemType::Incomplete,
            "Not all of it was changed",
            &format!("{cause} {next}"),
        ),
        &EditProblem { state: state.map(Box::new), left, ..EditProblem::default() },
    )
}

/// The id in the address, read strictly (AUT-05).
fn schema_id(text: &str) -> Result<SchemaId, Reply> {
    text.parse().map_err(|_| Reply::invalid("The schema's id is a number, for example /api/schemas/12."))
}

fn attribute_id(text: &str) -> Result<AttributeId, Reply> {
    text.parse().map_err(|_| Reply::invalid("The attribute's id is a number, for example /api/attributes/12/options."))
}

//! The identity provider: its issuer, our redirect URI there, and the clocks.

use super::{Finding, Try};
use crate::{
    clock::SharedClock,
    session::provider::{Error, Provider},
};

/// Clocks that differ by more make sign-ins fail, in seconds.
const TOO_MUCH: i64 = 60;
/// Clocks that differ by more will, one day.
const MUCH: i64 = 10;

pub(super) async fn all(check: &Try<'_>, clock: SharedClock) -> anyhow::Result<Vec<Finding>> {
    let provider = Provider::new(check.config, clock)?;
    let endpoints = match provider.endpoints().await {
        Ok(endpoints) => endpoints,
        Err(Error::IssuerMismatch { configured, found }) => {
            return Ok(vec![Finding::failure(
                "issuer",
                format!("the provider calls itself {found:?}, the configuration says {configured:?}"),
                format!("write issuer = {found:?} under [oidc], to the last slash"),
            )]);
        }
        Err(error) => {
            return Ok(vec![Finding::failure(
                "issuer",
                format!("{}/.well-known/openid-configuration cannot be used: {error}", check.config.oidc.issuer),
                "check oidc.issuer, and that this machine may reach the provider",
            )]);
        }
    };
    Ok(vec![
        Finding::ok("issuer", check.config.oidc.issuer.clone()),
        redirect_uri(check, &endpoints.authorization).await,
        clocks(check).await,
    ])
}

/// Asks as a browser would, up to the first page, with a challenge that nobody can answer.
async fn redirect_uri(check: &Try<'_>, authorization: &str) -> Finding {
    let ours = check.config.redirect_uri();
    let scope = check.config.oidc.scopes.join(" ");
    let (state, nonce, challenge) = (crate::random_token(), crate::random_token(), crate::random_token());
    let query = [
        ("response_type", "code"),
        ("client_id", check.config.oidc.client_id.as_str()),
        ("redirect_uri", ours.as_str()),
        ("scope", scope.as_str()),
        ("state", state.as_str()),
        ("nonce", nonce.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let register =
        format!("register this redirect URI for client {:?}, letter by letter: {ours}", check.config.oidc.client_id);
    match check.http.get(authorization).query(&query).send().await {
        Err(error) => Finding::failure(
            "redirect URI",
            format!("the provider's sign-in page does not answer: {}", error.without_url()),
            "check that this machine may reach the provider",
        ),
        Ok(answer) if answer.status().is_client_error() => {
            Finding::failure("redirect URI", format!("the provider refuses it ({})", answer.status()), register)
        }
        Ok(answer) if answer.status().is_server_error() => Finding::warning(
            "redirect URI",
            format!("the provider's sign-in page answers {}", answer.status()),
            register,
        ),
        Ok(answer) => {
            // Back to us at once with an error: the URI is known, something else of the request is refused.
            let to =
                answer.headers().get(http::header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            match to.split_once("error=") {
                Some((_, error)) => {
                    let error: String = error.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    Finding::failure("redirect URI", format!("the provider answers {error}"), register)
                }
                None => Finding::ok("redirect URI", format!("{ours} is accepted")),
            }
        }
    }
}

async fn clocks(check: &Try<'_>) -> Finding {
    let url = format!("{}/.well-known/openid-configuration", check.config.oidc.issuer.trim_end_matches('/'));
    let off = check.http.get(url).send().await.ok().as_ref().and_then(Try::clock_off);
    match off {
        None => {
            Finding::warning("clock", "the provider does not say what time it is", "keep this machine's clock by NTP")
        }
        Some(off) if off.abs() > TOO_MUCH => Finding::failure(
            "clock",
            format!("this machine is {} s {} the provider", off.abs(), if off > 0 { "ahead of" } else { "behind" }),
            "set this machine's clock, for example with NTP",
        ),
        Some(off) if off.abs() > MUCH => Finding::warning(
            "clock",
            format!("this machine and the provider differ by {} s", off.abs()),
            "keep this machine's clock by NTP",
        ),
        Some(_) => Finding::ok("clock", "as the provider's"),
    }
}

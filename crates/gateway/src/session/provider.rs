//! The identity provider: discovery, keys, code exchange and the checks of the ID token (OpenID Connect Core §3.1.3.7).

use std::{sync::Arc, time::Duration};

use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, AuthorizationCode, ClaimsVerificationError, Client,
    ClientId, ClientSecret, DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, JsonWebKeySet, Nonce, OAuth2TokenResponse as _,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _, core,
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::signin_cookie::hash;
use crate::{clock::SharedClock, config};

/// Answers of the provider are cut here, in bytes.
const MAX_BODY: usize = 1 << 20;
/// How far the provider's clock and ours may differ, in seconds.
const LEEWAY: i64 = 60;
/// Keys are fetched again for an unknown key id, but not more often than this.
const KEYS_COOL_DOWN: Duration = Duration::from_secs(60);
/// The discovery document is read again after this.
const METADATA_LIFE: Duration = Duration::from_secs(3600);

/// What the provider says of itself besides the standard's core.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Extra {
    #[serde(default)]
    end_session_endpoint: Option<String>,
    /// RFC 9207 §3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Extra {}

/// All claims, as they come.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct AnyClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}
impl AdditionalClaims for AnyClaims {}

type Metadata = ProviderMetadata<
    Extra,
    core::CoreAuthDisplay,
    core::CoreClientAuthMethod,
    core::CoreClaimName,
    core::CoreClaimType,
    core::CoreGrantType,
    core::CoreJweContentEncryptionAlgorithm,
    core::CoreJweKeyManagementAlgorithm,
    core::CoreJsonWebKey,
    core::CoreResponseMode,
    core::CoreResponseType,
    core::CoreSubjectIdentifierType,
>;
type Tokens = StandardTokenResponse<
    IdTokenFields<
        AnyClaims,
        EmptyExtraTokenFields,
        core::CoreGenderClaim,
        core::CoreJweContentEncryptionAlgorithm,
        core::CoreJwsSigningAlgorithm,
    >,
    core::CoreTokenType,
>;
type OidcClient = Client<
    AnyClaims,
    core::CoreAuthDisplay,
    core::CoreGenderClaim,
    core::CoreJweContentEncryptionAlgorithm,
    core::CoreJsonWebKey,
    core::CoreAuthPrompt,
    StandardErrorResponse<core::CoreErrorResponseType>,
    Tokens,
    core::CoreTokenIntrospectionResponse,
    core::CoreRevocableToken,
    core::CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Only algorithms in which the provider alone can sign: never `none`, never a shared secret (RFC 8725 §3.1, OIDC-14).
const ALGORITHMS: [core::CoreJwsSigningAlgorithm; 7] = [
    core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    core::CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    core::CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    core::CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    core::CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a sign-in cannot go on. Texts carry no token, code or address of a person.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider did not answer, or not in a way that makes sense.
    #[error("the identity provider did not answer as it should: {0}")]
    Unavailable(String),
    /// The discovery document names another issuer than the configuration.
    #[error(
        "the provider says it is {found:?}, the configuration says {configured:?}; write oidc.issuer exactly as the provider does"
    )]
    IssuerMismatch {
        /// What the configuration says.
        configured: String,
        /// What the provider says.
        found: String,
    },
    /// The provider refused the code, or its answer did not pass a check.
    #[error("the sign-in was refused: {0}")]
    Rejected(String),
    /// A time in the token lies in our future: the clocks differ.
    #[error("the clocks of this server and of the identity provider differ by more than {LEEWAY} seconds")]
    ClockSkew,
}

/// A token that passed every check.
#[derive(Clone, Debug)]
pub struct Verified {
    /// `sub`.
    pub subject: String,
    /// All claims.
    pub claims: Map<String, Value>,
    /// The raw token, a hint for RP-initiated logout.
    pub id_token: String,
    /// The provider's name of its own session, if it gave one.
    pub sid: Option<String>,
}

/// What the page needs to send somebody to the provider.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Where people sign in.
    pub authorization: String,
    /// Where their session there can be ended.
    pub end_session: Option<String>,
    /// Whether `iss` must come back (RFC 9207).
    pub sends_iss: bool,
}

struct Known {
    metadata: Metadata,
    read: std::time::Instant,
    keys_read: std::time::Instant,
}

/// The configured provider.
#[derive(Clone)]
pub struct Provider {
    config: config::Oidc,
    redirect_uri: String,
    http: Http,
    clock: SharedClock,
    /// Held while reading, so that a crowd causes one request.
    known: Arc<Mutex<Option<Known>>>,
}

impl Provider {
    /// For a configuration. Nothing is asked of the provider yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: &config::Config, clock: SharedClock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            // A redirect could carry the client secret elsewhere (OIDC-37).
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .user_agent(concat!("diffgram-portal/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            config: config.oidc.clone(),
            redirect_uri: config.redirect_uri(),
            http: Http(http),
            clock,
            known: Arc::default(),
        })
    }

    /// Where things are at the provider.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::IssuerMismatch`].
    pub async fn endpoints(&self) -> Result<Endpoints, Error> {
        let metadata = self.metadata().await?;
        let extra = metadata.additional_metadata();
        Ok(Endpoints {
            authorization: metadata.authorization_endpoint().to_string(),
            end_session: extra.end_session_endpoint.clone(),
            sends_iss: extra.authorization_response_iss_parameter_supported,
        })
    }

    /// Exchanges a code and checks what comes back: signature, issuer, audience, times and nonce (by its hash).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn redeem(&self, code: String, verifier: String, nonce_hash: &str) -> Result<Verified, Error> {
        let metadata = self.metadata().await?;
        let client = self.client(metadata)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Error::Unavailable("its discovery document has no token endpoint".into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.http)
            .await
            .map_err(refused)?;
        let id_token = tokens.id_token().ok_or_else(|| Error::Rejected("no ID token came back".into()))?;
        let now = self.clock.now();
        // The access token is of no use here: nothing is asked in the person's name. It ends with this scope.
        let _ = tokens.access_token();
        let check = |client: &OidcClient| {
            let nonce_matches = |nonce: Option<&Nonce>| match nonce {
                Some(nonce) if hash(nonce.secret()) == nonce_hash => Ok(()),
                _ => Err("the nonce is of another sign-in".to_owned()),
            };
            let early = chrono_like(now.as_second() - LEEWAY);
            let late = now.as_second() + LEEWAY;
            let verifier =
                client
                    .id_token_verifier()
                    .set_allowed_algs(ALGORITHMS)
                    .set_time_fn(move || early)
                    .set_issue_time_verifier_fn(move |issued| {
                        if issued.timestamp() > late { Err(FUTURE.to_owned()) } else { Ok(()) }
                    });
            id_token.claims(&verifier, nonce_matches).cloned()
        };
        let claims = match check(&client) {
            // The provider may have new keys: look once, then judge again.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                match self.fresh_keys().await? {
                    Some(metadata) => check(&self.client(metadata)?),
                    None => check(&client),
                }
            }
            result => result,
        }
        .map_err(judge)?;
        let all = &claims.additional_claims().all;
        if all.get("nbf").and_then(Value::as_f64).is_some_and(|nbf| nbf > (now.as_second() + LEEWAY) as f64) {
            return Err(Error::ClockSkew);
        }
        // Core §3.1.3.7 (5).
        if all.get("azp").is_some_and(|azp| azp.as_str() != Some(&self.config.client_id)) {
            return Err(Error::Rejected("the token was made for another client".into()));
        }
        let mut merged = all.clone();
        // The library takes the standard claims out of the rest: bring back what is used.
        if let Ok(Value::Object(standard)) = serde_json::to_value(&claims) {
            for (key, value) in standard {
                merged.entry(key).or_insert(value);
            }
        }
        Ok(Verified {
            subject: claims.subject().as_str().to_owned(),
            sid: merged.get("sid").and_then(Value::as_str).map(str::to_owned),
            claims: merged,
            id_token: id_token.to_string(),
        })
    }

    fn client(&self, metadata: Metadata) -> Result<OidcClient, Error> {
        // RFC 6749 §2.3.1: Basic unless the provider only takes the secret in the body.
        use core::CoreClientAuthMethod::{ClientSecretBasic, ClientSecretPost};
        let in_body = metadata
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| methods.contains(&ClientSecretPost) && !methods.contains(&ClientSecretBasic));
        let secret =
            self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let redirect =
            RedirectUrl::new(self.redirect_uri.clone()).map_err(|_| Error::Unavailable("bad redirect URI".into()))?;
        let auth = if in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(Client::from_provider_metadata(metadata, ClientId::new(self.config.client_id.clone()), secret)
            .set_redirect_uri(redirect)
            .set_auth_type(auth))
    }

    async fn metadata(&self) -> Result<Metadata, Error> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref()
            && known.read.elapsed() < METADATA_LIFE
        {
            return Ok(known.metadata.clone());
        }
        match self.discover().await {
            Ok(metadata) => {
                let now = std::time::Instant::now();
                *known = Some(Known { metadata: metadata.clone(), read: now, keys_read: now });
                Ok(metadata)
            }
            // An old document serves better than none.
            Err(error @ Error::Unavailable(_)) => known.as_ref().map(|known| known.metadata.clone()).ok_or(error),
            Err(error) => Err(error),
        }
    }

    async fn discover(&self) -> Result<Metadata, Error> {
        let issuer = IssuerUrl::new(self.config.issuer.clone())
            .map_err(|_| Error::Unavailable("its issuer is no URL".into()))?;
        Metadata::discover_async(issuer, &self.http).await.map_err(|error| match error {
            DiscoveryError::Validation(text) => match text.split('`').collect::<Vec<_>>()[..] {
                // "unexpected issuer URI `…` (expected `…`)"
                [_, found, _, configured, _] => {
                    Error::IssuerMismatch { configured: configured.to_owned(), found: found.to_owned() }
                }
                _ => Error::Unavailable(text),
            },
            DiscoveryError::Request(fault) => Error::Unavailable(fault.to_string()),
            DiscoveryError::Response(status, ..) => Error::Unavailable(format!("discovery answered {status}")),
            _ => Error::Unavailable("its discovery document cannot be read".into()),
        })
    }

    /// Reads the keys again, unless that was done a moment ago.
    async fn fresh_keys(&self) -> Result<Option<Metadata>, Error> {
        let mut guard = self.known.lock().await;
        let Some(known) = guard.as_mut() else { return Ok(None) };
        if known.keys_read.elapsed() < KEYS_COOL_DOWN {
            return Ok(None);
        }
        known.keys_read = std::time::Instant::now();
        let keys = JsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &self.http)
            .await
            .map_err(|_| Error::Unavailable("its keys cannot be read".into()))?;
        known.metadata = known.metadata.clone().set_jwks(keys);
        Ok(Some(known.metadata.clone()))
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.config.issuer).finish_non_exhaustive()
    }
}

/// Marks a verification error as one of clocks.
const FUTURE: &str = "issued in the future";

fn judge(error: ClaimsVerificationError) -> Error {
    match error {
        ClaimsVerificationError::Other(text) | ClaimsVerificationError::InvalidAuthTime(text)
            if text.contains(FUTURE) =>
        {
            Error::ClockSkew
        }
        ClaimsVerificationError::Expired(text) if text.contains(FUTURE) => Error::ClockSkew,
        ClaimsVerificationError::Expired(_) => {
            Error::Rejected("the ID token has expired; if this repeats, compare the clocks".into())
        }
        ClaimsVerificationError::InvalidAudience(_) => {
            Error::Rejected("the token was made for another audience".into())
        }
        ClaimsVerificationError::InvalidIssuer(_) => Error::Rejected("the token was made by another issuer".into()),
        ClaimsVerificationError::InvalidNonce(_) => Error::Rejected("the token belongs to another sign-in".into()),
        ClaimsVerificationError::SignatureVerification(_) | ClaimsVerificationError::Unsupported(_) => {
            Error::Rejected("the token's signature was not accepted".into())
        }
        _ => Error::Rejected("the token did not pass the checks".into()),
    }
}

fn refused(error: RequestTokenError<Fault, StandardErrorResponse<core::CoreErrorResponseType>>) -> Error {
    match error {
        // The provider's word, such as invalid_grant; its description is not passed on.
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            core::CoreErrorResponseType::InvalidClient => Error::Unavailable(
                "it does not accept the client id or secret; check oidc.client_id and oidc.client_secret_file".into(),
            ),
            word => Error::Rejected(format!("the provider answered {word}")),
        },
        RequestTokenError::Request(fault) => Error::Unavailable(fault.to_string()),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::Unavailable("its token endpoint sent something that is no token".into())
        }
    }
}

/// Seconds since the epoch in the type that the library asks for.
fn chrono_like(seconds: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// Why a request to the provider failed; never with its address or body.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    #[error("no answer in time")]
    Timeout,
    #[error("it redirects; the address in its discovery document must answer itself")]
    Redirect,
    #[error("its answer is too large")]
    TooLarge,
    #[error("its answer broke off")]
    Broken(#[source] reqwest::Error),
    #[error("its answer is malformed")]
    Malformed(#[source] http::Error),
}

/// Our HTTP client in the library's clothes.
#[derive(Clone)]
struct Http(reqwest::Client);

impl<'c> openidconnect::AsyncHttpClient<'c> for Http {
    type Error = Fault;
    type Future = futures::future::BoxFuture<'c, Result<HttpResponse, Fault>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(call(&self.0, request))
    }
}

async fn call(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let (parts, body) = request.into_parts();
    let answer = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body).send().await;
    let mut answer = answer.map_err(|error| if error.is_timeout() { Fault::Timeout } else { Fault::Connect(error) })?;
    if answer.status().is_redirection() {
        return Err(Fault::Redirect);
    }
    let mut builder = http::Response::builder().status(answer.status());
    if let Some(headers) = builder.headers_mut() {
        headers.extend(answer.headers().clone());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) =
        answer.chunk().await.map_err(|e| if e.is_timeout() { Fault::Timeout } else { Fault::Broken(e) })?
    {
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    builder.body(bytes).map_err(Fault::Malformed)
}

//! Which proxy this run goes through. Its password comes from standard input or a prompt, as every secret does.

use crate::args::ProxyArgs;
use crate::output::Output;
use crate::typing::{self, Lines};
use cns_login::{Problem, ProblemCode};
use cns_tls::{Proxy, go_through};
use url::Url;
use zeroize::Zeroizing;

/// Chooses the proxy that was named, before anything is connected to; without one it is the computer's.
///
/// # Errors
/// `proxy_unusable`; `proxy_wants_password` where a name was given and no password.
pub(crate) fn choose(args: &ProxyArgs, output: &Output) -> Result<(), Problem> {
    let Some(word) = &args.proxy else {
        return Ok(());
    };
    let url = Url::parse(word)
        .ok()
        .filter(|url| !url.username().is_empty() && url.password().is_none());
    go_through(match url {
        Some(url) => Proxy::at(&url, Some(&password(&url, args.proxy_password_stdin, output)?))?,
        None => Proxy::named(word)?,
    });
    Ok(())
}

fn password(url: &Url, from_stdin: bool, output: &Output) -> Result<Zeroizing<String>, Problem> {
    let host = url.host_str().unwrap_or_default();
    let question = output.say("Password del proxy", "Password of the proxy");
    let given = match from_stdin {
        true => Lines::of_stdin()?.next(),
        false => typing::secret(&format!("{question} {host}")),
    };
    given.ok_or_else(|| Problem::new(ProblemCode::ProxyWantsPassword).with("host", host))
}

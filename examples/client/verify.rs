//! Ways to verify the server beside its name and its authorities: known keys, revocation, the DNS.

use std::io::{self, Write};
use std::sync::Arc;

use gnutls::tofu::{Known, KnownHosts};
use gnutls::x509::{Certificate, Purpose, Verification, VerifyDemands, VerifyFlags, VerifyStatus};
use gnutls::{Alert, ClientConfigBuilder, HandshakeView, Refusal};

use crate::failure::Failure;
use crate::options::Options;
use crate::port::service;

/// What the code in the handshake goes by.
#[cfg_attr(not(feature = "dane"), allow(dead_code, reason = "some are for DANE"))]
struct Rules {
    insecure: bool,
    tofu: bool,
    strict: bool,
    dane: bool,
    /// DANE goes by the resolver of this machine.
    local_dns: bool,
    /// Nobody asks the authorities.
    end_entity_only: bool,
    protocol: &'static str,
    port: u16,
}

/// Sets what the options say; without any of them the builder's own rules stay.
pub(crate) fn configure(options: &Options, mut builder: ClientConfigBuilder) -> gnutls::Result<ClientConfigBuilder> {
    if let Some(file) = &options.x509crlfile {
        builder = builder.with_revocation_file(file)?;
    }
    if options.verify_allow_broken {
        builder =
            builder.dangerous().verify_flags(VerifyFlags::ALLOW_SIGN_RSA_MD5 | VerifyFlags::ALLOW_SIGN_WITH_SHA1)?;
    }
    let rules = Rules {
        insecure: options.insecure,
        tofu: options.tofu || options.strict_tofu,
        strict: options.strict_tofu,
        dane: options.dane,
        local_dns: options.local_dns,
        end_entity_only: options.no_ca_verification,
        protocol: if options.udp { "udp" } else { "tcp" },
        port: options.server().map_or(options.port(), |(_, port)| port),
    };
    if !(rules.tofu || rules.dane) {
        return Ok(builder);
    }
    if rules.tofu {
        // As with gnutls-cli, a server that no authority knows can be known by its key.
        builder = builder.dangerous().accept_any_certificate();
    }
    let rules = Arc::new(rules);
    Ok(builder.verify_with(move |view, found| rules.decide(view, found)))
}

/// What the server's certificate must be for.
pub(crate) fn demands(options: &Options) -> Result<VerifyDemands, Failure> {
    let (host, _) = options.server()?;
    let demands = VerifyDemands::new().host(options.verify_hostname.as_deref().unwrap_or(host))?;
    Ok(match &options.verify_purpose {
        Some(purpose) => demands.purpose(purpose.parse()?),
        None => demands.purpose(Purpose::SERVER_AUTH),
    })
}

impl Rules {
    fn decide(&self, view: &HandshakeView<'_>, found: &Verification) -> Result<(), Refusal> {
        let chain = view.peer_certificates()?;
        let [own, ..] = &chain[..] else { return Err(Refusal::new("the server has no certificate")) };
        let host = view.host().unwrap_or_default();
        if self.dane {
            self.ask_the_dns(view, host)?;
        }
        if self.tofu { self.is_known(host, own, found.status()) } else { Ok(()) }
    }

    /// Asks the user's file of known hosts, and then the user.
    fn is_known(&self, host: &str, shown: &Certificate, status: VerifyStatus) -> Result<(), Refusal> {
        let (hosts, service) = (KnownHosts::of_user(), service(self.port));
        let question = match hosts.verify(host, Some(&service), shown)? {
            Known::Same => return Ok(()),
            Known::Unknown => {
                eprintln!("Host {host} ({service}) has never been contacted before.");
                if status.is_ok() {
                    eprintln!("Its certificate is valid for {host}.");
                }
                "Are you sure you want to trust it? (y/N): "
            }
            Known::Different => {
                eprintln!("Warning: host {host} is known and it is associated with a different key.");
                eprintln!("It might be that the server has multiple keys, or that somebody has replaced the key.");
                "Do you trust the received key? (y/N): "
            }
        };
        eprintln!("{}", if status.is_ok() { "The certificate is trusted.".to_owned() } else { status.to_string() });
        if !self.insecure && (self.strict || !says_yes(question)?) {
            return Err(Refusal::new("the key of the server is not known").alert(Alert::BAD_CERTIFICATE));
        }
        Ok(hosts.store(host, Some(&service), shown, None)?)
    }

    #[cfg(feature = "dane")]
    fn ask_the_dns(&self, view: &HandshakeView<'_>, host: &str) -> Result<(), Refusal> {
        use gnutls::dane::{Flags, State, VerifyFlags};
        let resolver = if self.local_dns { Flags::default() } else { Flags::IGNORE_LOCAL_RESOLVER };
        let records = if self.end_entity_only { VerifyFlags::ONLY_END_ENTITY } else { VerifyFlags::default() };
        let state = State::new(resolver);
        let verdict = state.and_then(|state| view.verify_dane(&state, host, self.protocol, self.port, records));
        match &verdict {
            Ok(verdict) => eprintln!("- DANE: {verdict}"),
            Err(error) => eprintln!("*** DANE verification error: {error}"),
        }
        // As with gnutls-cli, where the key decides the DNS is asked for its opinion.
        if self.insecure || self.tofu {
            return Ok(());
        }
        let verdict = verdict?;
        match verdict.is_ok() {
            true => Ok(()),
            false => Err(Refusal::new(verdict.to_string()).alert(Alert::BAD_CERTIFICATE)),
        }
    }

    #[cfg(not(feature = "dane"))]
    #[allow(clippy::unused_self, reason = "as with the feature")]
    fn ask_the_dns(&self, _: &HandshakeView<'_>, _: &str) -> Result<(), Refusal> {
        Err(Refusal::new("--dane needs this program to be built with --features dane"))
    }
}

fn says_yes(question: &str) -> io::Result<bool> {
    let mut said = String::new();
    write!(io::stderr(), "{question}")?;
    io::stdin().read_line(&mut said)?;
    Ok(said.trim_start().starts_with(['y', 'Y']))
}

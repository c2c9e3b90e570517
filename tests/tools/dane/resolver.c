/*
 * A stand-in for the DNS, preloaded before libunbound: below "example." there is nothing, but for the records that
 * LOCAL_RECORD has, one a line, which the resolver of this machine knows. DNSSEC says of them what LOCAL_DNSSEC has.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct ub_ctx;

/* As in unbound.h of each libunbound 8. */
struct ub_result {
	char *qname;
	int qtype, qclass;
	char **data;
	int *len;
	char *canonname;
	int rcode;
	void *answer_packet;
	int answer_len, havedata, nxdomain, secure, bogus;
};

static void *real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	if (!found)
		abort();
	return found;
}

static void must(int failure)
{
	if (failure)
		abort();
}

struct ub_ctx *ub_ctx_create(void)
{
	struct ub_ctx *(*create)(void) = real("ub_ctx_create");
	int (*zone_add)(struct ub_ctx *, const char *, const char *) = real("ub_ctx_zone_add");
	struct ub_ctx *ctx = create();
	must(!ctx || zone_add(ctx, "example.", "static"));
	return ctx;
}

int ub_ctx_resolvconf(struct ub_ctx *ctx, const char *file)
{
	int (*data_add)(struct ub_ctx *, const char *) = real("ub_ctx_data_add");
	char *records = strdup(getenv("LOCAL_RECORD") ? getenv("LOCAL_RECORD") : "");
	(void)file;
	for (char *record = strtok(records, "\n"); record; record = strtok(NULL, "\n"))
		must(data_add(ctx, record));
	free(records);
	return 0;
}

int ub_ctx_hosts(struct ub_ctx *ctx, const char *file)
{
	(void)ctx, (void)file;
	return 0;
}

/* The key of the root is of a package that need not be there. */
int ub_ctx_add_ta_file(struct ub_ctx *ctx, const char *file)
{
	(void)ctx, (void)file;
	return 0;
}

int ub_resolve(struct ub_ctx *ctx, const char *name, int type, int class, struct ub_result **result)
{
	int (*resolve)(struct ub_ctx *, const char *, int, int, struct ub_result **) = real("ub_resolve");
	const char *said = getenv("LOCAL_DNSSEC") ? getenv("LOCAL_DNSSEC") : "";
	int failure = resolve(ctx, name, type, class, result);
	if (!failure) {
		(*result)->secure = !strcmp(said, "secure");
		(*result)->bogus = !strcmp(said, "bogus");
	}
	return failure;
}

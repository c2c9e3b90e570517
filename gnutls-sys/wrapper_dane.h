/* The public header of libgnutls-dane. */
#include <gnutls/dane.h>

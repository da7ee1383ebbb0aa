// a4864671ca0b "lib/xarray: introduce a new helper xas_get_order" (6.10): order of an entry
// symbols: xas_get_order
#include <linux/xarray.h>

int probe(struct xa_state *xas);
int probe(struct xa_state *xas)
{
	return xas_get_order(xas);
}

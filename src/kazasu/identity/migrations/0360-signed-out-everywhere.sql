-- The street's institutions hear of sign-outs by their back channel, and the payment service of ended links by events:
-- those registered before this get the addresses that new ones are founded with. The service's own pages need none.

UPDATE client SET backchannel_logout_uri =
       regexp_replace(redirect_uris[1], '/signin/callback$', '/signin/backchannel-logout')
WHERE institution NOT IN ('', 'identity') AND backchannel_logout_uri = '';

UPDATE client SET events_uri = regexp_replace(redirect_uris[1], '/signin/callback$', '/events')
WHERE institution = 'pay' AND events_uri = '';

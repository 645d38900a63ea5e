/**
 * What more than one provider has.
 */

export const BEARER = /^Bearer \S+$/i;

/** Headers of a host behind Cloudflare. All of them are between the provider and its own visitors: a relay drops them. */
export const CLOUDFLARE = {
  server: "cloudflare",
  "cf-ray": "9a1b2c3d4e5f6a7b-FRA",
  "cf-cache-status": "DYNAMIC",
  "set-cookie": [
    "__cf_bm=mock.cookie.one; path=/; expires=Mon, 01-Jan-35 00:00:00 GMT; domain=.example.com; HttpOnly; Secure; SameSite=None",
    "_cfuvid=mock.cookie.two; path=/; domain=.example.com; HttpOnly; Secure; SameSite=None",
  ],
  "alt-svc": 'h3=":443"; ma=86400',
  "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
  "x-content-type-options": "nosniff",
  "access-control-allow-origin": "*",
  nel: '{"success_fraction":0.01,"report_to":"cf-nel","max_age":604800}',
  "report-to": '{"group":"cf-nel","max_age":604800,"endpoints":[{"url":"https://nel.example.com/report"}]}',
};

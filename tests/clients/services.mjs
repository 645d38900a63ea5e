/**
 * The SDKs of what is no model, each with one request. Those that take no base URL are not here: Twilio's.
 *
 * @typedef {object} Service
 * @property {string} [sdk] its package, as the relay describes it; nothing, if the relay cannot describe its base URL
 * @property {string} provider
 * @property {string} path what its base URL has behind the provider's
 * @property {(baseUrl: string, key: string) => Promise<unknown>} ask
 * @property {unknown} answer
 * @property {(error: any) => {class: string, status: number, text: string}} read what an app finds in an error
 * @property {boolean} [isRefused] whether the relay can tell whose key it would be, if it is another vendor's
 */
import { Client } from "@notionhq/client";
import { Octokit } from "@octokit/rest";
import mail from "@sendgrid/mail";
import { Resend } from "resend";
import Stripe from "stripe";

const className = (error) => error.constructor.name;

/** @type {(provider: string) => Service} */
const sendgrid = (provider) => ({
  sdk: "@sendgrid/mail",
  provider,
  path: "",
  async ask(baseUrl, key) {
    const service = new mail.MailService();
    service.setApiKey(key);
    service.client.setDefaultRequest("baseUrl", baseUrl);
    const [{ statusCode }] = await service.send({ to: "a@example.com", from: "b@example.com", subject: "Hi", text: "Hi" });
    return statusCode;
  },
  answer: 200,
  read: (error) => ({ class: className(error), status: error.code, text: JSON.stringify(error.response.body) }),
});

/** @type {Service[]} */
export const SERVICES = [
  {
    sdk: "@octokit/rest",
    provider: "github",
    path: "",
    ask: async (baseUrl, auth) => (await new Octokit({ auth, baseUrl }).rest.users.getAuthenticated()).data.login,
    answer: "mock",
    read: (error) => ({ class: className(error), status: error.status, text: error.message }),
  },
  {
    sdk: "@notionhq/client",
    provider: "notion",
    path: "",
    ask: async (baseUrl, auth) => (await new Client({ auth, baseUrl, retry: false }).users.me({})).id,
    answer: "mock",
    read: (error) => ({ class: "NotionClientError", status: error.status, text: error.body }), // it has a class for each code it knows
  },
  {
    sdk: "resend",
    provider: "resend",
    path: "",
    async ask(baseUrl, key) {
      const message = { to: "a@example.com", from: "b@example.com", subject: "Hi", text: "Hi" };
      const { data, error } = await new Resend(key, { baseUrl }).emails.send(message);
      if (error) throw error; // it throws nothing itself
      return data.id;
    },
    answer: "mock",
    read: (error) => ({ class: "", status: 403, text: error.message }),
  },
  sendgrid("sendgrid"),
  {
    provider: "stripe",
    path: "",
    async ask(baseUrl, key) {
      const { hostname: host, port } = new URL(baseUrl);
      const { data } = await new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0 }).products.list({ limit: 1 });
      return data[0].id;
    },
    answer: "prod_mock",
    read: (error) => ({ class: className(error), status: error.statusCode, text: error.message }),
    isRefused: false, // with another vendor's key, the path is that vendor's
  },
];

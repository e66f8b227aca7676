/** 83 bytes of JSON: as little as a service can answer, so that what is measured is the gateway. */
export const smallAnswer =
  '{"service":"bench","offers":[{"id":1,"title":"engineer","price":100.5}],"total":1 }\n'
